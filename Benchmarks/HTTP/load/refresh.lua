-- Each thread has one connection and one session, and asks with the refresh token that it was given last.
--
-- The tokens stand in the file that TOKENS names, a line each, and are written back at the end; the answer that a thread
-- did not wait for is asked for again within the grace period.
local threads = {}
function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
end

function init(args)
    local line = 0
    for text in io.lines(os.getenv("TOKENS")) do
        if line == number then token = text end
        line = line + 1
    end
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
end

function request()
    return wrk.format("POST", "/token", nil, "grant_type=refresh_token&refresh_token=" .. token)
end

function response(status, headers, body)
    token = body:match('"refresh_token":"([^"]+)"') or token
end

function done(summary, latency, requests)
    local file = io.open(os.getenv("TOKENS"), "w")
    for _, thread in ipairs(threads) do file:write(thread:get("token"), "\n") end
    file:close()
end
