-- Posts the form that BODY holds to the path of the URL, with Basic credentials where BASIC holds some.
wrk.method = "POST"
wrk.body = os.getenv("BODY")
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
if os.getenv("BASIC") then wrk.headers["Authorization"] = "Basic " .. os.getenv("BASIC") end
