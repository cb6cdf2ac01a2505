extension DocsAssets {
    /// The tokens live in the page's memory alone: no storage, no cookie.
    static let script = #"""
        "use strict";
        const base = location.pathname.replace(/\/docs\/?$/, "");
        const find = (id) => document.getElementById(id);
        let tokens = null;
        let expiresAt = 0;

        async function requestTokens(fields) {
          const response = await fetch(base + "/token", { method: "POST", body: new URLSearchParams(fields) });
          const answer = await response.json();
          if (!response.ok) throw new Error(answer.error_description || answer.error);
          tokens = answer;
          expiresAt = Date.now() + answer.expires_in * 1000;
          return answer;
        }

        async function show() {
          find("log-in").hidden = tokens !== null;
          find("logged-in").hidden = tokens === null;
          if (tokens === null) return;
          const response = await fetch(base + "/users/me", { headers: authorization() });
          const account = await response.json();
          const scope = tokens.scope || "none";
          find("who").textContent = response.ok ? "Logged in as " + account.username + ". Scope: " + scope + "."
            : "Logged in.";
        }

        function authorization() {
          return tokens === null ? {} : { Authorization: "Bearer " + tokens.access_token };
        }

        function tick() {
          if (tokens === null) return;
          const seconds = Math.max(0, Math.round((expiresAt - Date.now()) / 1000));
          find("expiry").textContent = seconds === 0 ? "The access token has expired: refresh it."
            : "The access token expires in " + Math.floor(seconds / 60) + " min " + (seconds % 60) + " s.";
        }

        async function attempt(button, action) {
          const message = find("log-in-message");
          message.textContent = "";
          button.disabled = true;
          try { await action(); } catch (error) { message.textContent = error.message; }
          button.disabled = false;
        }

        find("log-in").addEventListener("submit", (event) => {
          event.preventDefault();
          const form = event.target;
          attempt(form.querySelector("button"), async () => {
            const fields = { grant_type: "password" };
            for (const [name, value] of new FormData(form)) if (value !== "") fields[name] = value;
            await requestTokens(fields);
            form.reset();
            await show();
            tick();
          });
        });

        find("refresh").addEventListener("click", (event) => attempt(event.target, async () => {
          await requestTokens({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
          await show();
          tick();
        }));

        find("log-out").addEventListener("click", (event) => attempt(event.target, async () => {
          const body = new URLSearchParams({ token: tokens.refresh_token || tokens.access_token });
          const response = await fetch(base + "/revoke", { method: "POST", body });
          if (!response.ok) throw new Error("Logging out failed; try again.");
          tokens = null;
          await show();
        }));

        function read(control) {
          switch (control.dataset.kind) {
            case "flag": return control.checked ? true : undefined;
            case "strings": return control.value.trim() === "" ? undefined : control.value.trim().split(/\s+/);
            case "rows": return JSON.parse(control.value);
            default: return control.value === "" ? undefined : control.value;
          }
        }

        function call(form) {
          const { method, type } = form.dataset;
          let path = form.dataset.path;
          const query = new URLSearchParams();
          const fields = {};
          for (const control of form.querySelectorAll("[data-place]")) {
            const value = read(control);
            if (value === undefined) continue;
            if (control.dataset.place === "path") {
              path = path.replace("{" + control.name + "}", encodeURIComponent(value));
            } else if (control.dataset.place === "query") {
              query.append(control.name, value);
            } else {
              fields[control.name] = value;
            }
          }
          const request = { method, headers: type === "application/x-www-form-urlencoded" ? {} : authorization() };
          if (type === "application/json") {
            request.headers["Content-Type"] = type;
            request.body = JSON.stringify(fields);
          } else if (type !== "") {
            request.body = new URLSearchParams(fields);
          }
          const text = query.toString();
          return fetch(base + path + (text === "" ? "" : "?" + text), request);
        }

        async function send(form) {
          const answer = form.parentElement.querySelector(".answer");
          const status = answer.querySelector(".status");
          const body = answer.querySelector("pre");
          answer.hidden = false;
          status.textContent = "…";
          body.textContent = "";
          const start = performance.now();
          try {
            const response = await call(form);
            const text = await response.text();
            const time = Math.round(performance.now() - start);
            const challenge = response.headers.get("WWW-Authenticate");
            status.textContent = response.status + " " + response.statusText + " · " + time + " ms"
              + (challenge ? " · WWW-Authenticate: " + challenge : "");
            status.className = "status " + (response.ok ? "good" : "bad");
            try { body.textContent = JSON.stringify(JSON.parse(text), null, 2); } catch { body.textContent = text; }
          } catch (error) {
            status.textContent = error.message;
            status.className = "status bad";
          }
        }

        for (const form of document.querySelectorAll("form.try")) {
          form.addEventListener("submit", (event) => {
            event.preventDefault();
            send(form);
          });
        }
        setInterval(tick, 1000);

        """#
}
