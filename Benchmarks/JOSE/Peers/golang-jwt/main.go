// golang-jwt, which parses its keys once and checks the same claims.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/golang-jwt/jwt"
)

type entry struct {
	Token, OldToken, Secret, PrivatePEM, PublicPEM string
}

type fixture struct {
	Issuer, Audience, KeyID, Type string
	Claims                        accessToken
	Algorithms                    map[string]entry
}

type accessToken struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	Expires  int64  `json:"exp"`
	IssuedAt int64  `json:"iat"`
	ID       string `json:"jti"`
	ClientID string `json:"client_id"`
}

var wanted fixture

func (claims *accessToken) Valid() error {
	now := jwt.TimeFunc().Unix()
	if claims.Issuer != wanted.Issuer || claims.Audience != wanted.Audience || now >= claims.Expires ||
		now < claims.IssuedAt || claims.Subject == "" || claims.ID == "" || claims.ClientID == "" {
		return errors.New("claims")
	}
	return nil
}

// The processor time of this process, garbage collector included, in seconds.
func processorTime() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func rate(run func() error, seconds float64) float64 {
	start := processorTime()
	for count := 64; ; count += 64 {
		for turn := 0; turn < 64; turn++ {
			if run() != nil {
				panic("a run failed")
			}
		}
		if spent := processorTime() - start; spent >= seconds {
			return float64(count) / spent
		}
	}
}

func operation(name, algorithm string) func() error {
	keys, ok := wanted.Algorithms[algorithm]
	token := keys.Token
	if algorithm == "Ed25519" {
		algorithm, token = "EdDSA", keys.OldToken
	}
	method := jwt.GetSigningMethod(algorithm)
	if !ok || method == nil {
		return nil
	}
	var private, public interface{}
	var err, publicErr error
	private1, public1 := []byte(keys.PrivatePEM), []byte(keys.PublicPEM)
	switch algorithm[:2] {
	case "HS":
		private, err = base64.RawURLEncoding.DecodeString(keys.Secret)
		public = private
	case "RS", "PS":
		private, err = jwt.ParseRSAPrivateKeyFromPEM(private1)
		public, publicErr = jwt.ParseRSAPublicKeyFromPEM(public1)
	case "ES":
		private, err = jwt.ParseECPrivateKeyFromPEM(private1)
		public, publicErr = jwt.ParseECPublicKeyFromPEM(public1)
	case "Ed":
		private, err = jwt.ParseEdPrivateKeyFromPEM(private1)
		public, publicErr = jwt.ParseEdPublicKeyFromPEM(public1)
	}
	if err != nil || publicErr != nil {
		fmt.Fprintln(os.Stderr, algorithm, err, publicErr)
		return nil
	}
	switch name {
	case "sign":
		claims := wanted.Claims
		return func() error {
			made := jwt.NewWithClaims(method, &claims)
			made.Header["kid"], made.Header["typ"] = wanted.KeyID, wanted.Type
			_, err := made.SignedString(private)
			return err
		}
	case "verify":
		parser := jwt.Parser{ValidMethods: []string{algorithm}}
		return func() error {
			_, err := parser.ParseWithClaims(token, &accessToken{}, func(*jwt.Token) (interface{}, error) {
				return public, nil
			})
			return err
		}
	}
	return nil
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.Unmarshal(text, &wanted)
	}
	if err != nil {
		panic(err)
	}
	operations := map[string]func() error{}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		words := strings.Fields(lines.Text())
		key := words[0] + " " + words[1]
		run, known := operations[key]
		if !known {
			run = operation(words[0], words[1])
			operations[key] = run
		}
		if run == nil {
			fmt.Println("-")
			continue
		}
		seconds, _ := strconv.ParseFloat(words[2], 64)
		fmt.Println(rate(run, seconds))
	}
}
