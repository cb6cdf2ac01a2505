// The functions of the header are in the tool chain.
