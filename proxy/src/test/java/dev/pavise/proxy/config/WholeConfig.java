package dev.pavise.proxy.config;

import java.nio.file.Path;

/** The smallest configuration, and one in which every key is set. */
final class WholeConfig {
    static final String SMALLEST = """
            upstreams: {runtime: {url: "http://127.0.0.1:9000"}}
            routes:
              - {match: {path: "/**"}, permission: "agent:use", upstream: runtime}
            """;

    static final String WHOLE = """
            listen:
              https:
                - {address: "0.0.0.0:443"}
                - {address: "[::1]:444", client_auth: required}
              metrics: "127.0.0.1:9464"
              management: "10.0.0.1:9000"
              transport: io_uring
            hosts: ["Agents.Example.com", "*.agents.example.com", "::1"]
            origins: ["https://app.example.com:443", "http://localhost:3000"]
            data_dir: state
            trusted_proxies: [10.0.0.0/8, "fd00::/8"]
            tls:
              cert: gw.crt
              key: gw.key
              client_ca: clients.crt
              client_crl: clients.crl
              client_auth: none
              min_version: "1.2"
              cipher_suites: [TLS_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]
            identity:
              session_timeout: 1h
              log_generated_token: false
              operator_token: ${OPERATOR}
              api_keys: {prefix: cax_live_, also_accept: [pav_live_], max_age: 30d, max: 50}
              issuers:
                - name: corp
                  issuer: https://id.example
                  audience: [pavise, other]
                  algorithms: [ES256, EdDSA]
                  jwks_file: jwks.json
                  leeway: 5s
                  claims: {sub: id, roles: r, permissions: p, scope: s, groups: g}
                  may_grant: [developer]
                - {name: pem, issuer: pem, audience: pavise, algorithms: [RS256], public_key: issuer.pem}
                - {name: shared, secret: "0123456789abcdef0123456789abcdef"}
                - {name: url, issuer: u, audience: pavise, algorithms: [ES256], jwks_url: "https://Keys.example:444/jwks?v=1"}
                - name: found
                  issuer: https://id.example/realm
                  audience: pavise
                  algorithms: [ES256]
                  discovery: true
                  jwks_hosts: [keys.example, "[::1]:444"]
                  ca: runtime-ca.crt
                  refresh: 1m
                  keep: 1h
              resource: https://Gateway.example:443
            roles:
              - {name: developer, permissions: ["agent:list", "message:send"]}
            bindings:
              - {principal: "user@example.com", roles: [developer]}
              - {group: ops, roles: [developer, admin]}
            upstreams:
              runtime:
                urls: ["https://a.example", "https://[::1]:9443/"]
                ca: runtime-ca.crt
                cert: gw-client.crt
                key: gw-client.key
                server_name: runtime.example
                protocol: http2
                connect_timeout: 250ms
                idle_timeout: 2m
                max_connections: 8
                health: {path: /healthz?deep=1, interval: 1s, timeout: 100ms, unhealthy_after: 5, healthy_after: 1}
            routes:
              - name: logs
                match: {host: agents.example.com, path: "/agents/{id}/logs", methods: [GET, HEAD], headers: {X-Tenant: acme}}
                permission: agent:logs
                upstream: runtime
                limit: 100/minute burst 20
                timeout: 2m
                body: {size: 0}
                pass_credential: true
                when: "request.method == 'GET'"
                enforce: audit-only
                audit: {durability: disk, low_water: 2GiB}
              - {match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}
              - {match: {path: "/agents/**", headers: {x-beta: "1"}}, permission: "agent:list", upstream: runtime}
            limits:
              per_principal: 6000/minute burst 200
              refused_credentials_per_address: 5/s
              connections: 5
              connections_per_address: "4"
              headers: 16KiB
              header_count: 50
              body: 1MB
              request_timeout: 500ms
              idle_timeout: 2h
              header_timeout: 3s
              body_timeout: 4s
              handshake_timeout: 5s
              drain_timeout: 0s
              http2_streams: 7
              http2_resets: 0
            audit:
              dir: /var/log/pavise
              durability: disk
              key: /etc/pavise/audit.key
              anchor: /var/lib/pavise/anchor
              mirror: /var/log/pavise.jsonl
              low_water: 1GiB
              retention: {days: 30, max_size: 100MiB}
              origin: gw1.example/audit
              witness: {url: "https://witness.example:8443/log/", public_key: "witness.example/w1+f7fe0bdc+BDsAMTurNIW7sC9okPijsgYZaW9oQmVHmCWgxUINH/E9", ca: runtime-ca.crt,
                        every: 1m, timeout: 2s, required: true, max_age: 1h}
              record: {headers: [User-Agent, x-tenant], query: true}
              redact:
                - {header: x-tenant, with: hash}
                - {query: page, with: remove}
                - {json: "$.metadata.reason"}
                - {secret_file: known.txt}
              redact_key: /etc/pavise/redact.key
              visible: record.actor == identity.id
              ship:
                kafka:
                  servers: [k1.example:9093, "[::1]:9094"]
                  topic: audit.records
                  format: ocsf
                  ca: runtime-ca.crt
                  cert: gw-client.crt
                  key: gw-client.key
                  batch: 2MiB
                position: /var/lib/pavise/ship.position
              ephemeral: true
            kubernetes:
              namespace: agents
              deployment: codetether
              manager: {url: "https://pavise-manager.pavise-system.svc:8443", ca: runtime-ca.crt, token: /run/token, timeout: 3s}
              reconcile: {enabled: false, interval: 1m}
            tools:
              trusted_keys: trusted
              policies:
                convert: {max_memory_mb: 512, max_cpu_seconds: 60, max_wall: 2m, scratch_mb: 0, files: ["fs:ro:/srv/data"], network: none}
              runner: {url: "https://runner.example:8444", ca: runtime-ca.crt, cert: gw-client.crt, key: gw-client.key, server_name: runner.internal,
                       receipt_key: issuer.pem, connect_timeout: 1s, queue_timeout: 2s, max_in_flight: 3}
              content: {max_size: 1MiB, max_total: 2MiB}
            """;

    static final String WITNESS = "witness.example/w1+f7fe0bdc+BDsAMTurNIW7sC9okPijsgYZaW9oQmVHmCWgxUINH/E9";

    static final String[] FILES = {
        "gw.crt",
        "gw.key",
        "clients.crt",
        "clients.crl",
        "jwks.json",
        "issuer.pem",
        "runtime-ca.crt",
        "gw-client.crt",
        "gw-client.key",
        "known.txt",
        "trusted/release.pub"
    };

    private WholeConfig() {}

    /** A folder that holds the files which {@link #WHOLE} names. */
    static ConfigFolder folder(Path temporary) {
        return new ConfigFolder(temporary).set("OPERATOR", "0123456789abcdef").withFiles(FILES);
    }
}
