package dev.pavise.deploy;

/** Sets of values that everything has to hold for. */
enum Values {
    DEFAULTS(""),
    EPHEMERAL("""
            manager: {audit: {claim: {enabled: false}, ephemeral: true}}
            sidecar: {audit: {claim: "", ephemeral: true}}
            """),
    KAFKA("""
            manager:
              replicas: 2
              audit: {claim: {enabled: false}, kafka: {servers: ["kafka.example.com:9093"], topic: pavise-manager, secret: kafka-ca}}
            sidecar: {audit: {claim: "", kafka: {servers: ["kafka.example.com:9093"], topic: pavise-gateways}}}
            """),
    EVERYTHING("""
            image: {repository: registry.example.com/pavise, digest: "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"}
            imagePullSecrets: [{name: registry}]
            namespace: {create: true}
            seccompProfile: {type: Localhost, localhostProfile: pavise.json}
            injector: {replicas: 3, excludedNamespaces: [monitoring], certManager: pavise-system/injector, priorityClassName: high}
            runner:
              replicas: 2
              runtimeClassName: gvisor
              trustedKeys: {release.pub: "made up"}
              kubernetes:
                enabled: true
                runtimeClass: gvisor
                image: "registry.example.com/tools@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
              metrics: {enabled: true, names: [prometheus], clientSecret: prometheus-tls}
            gateway:
              enabled: true
              tlsSecret: gateway-tls
              config:
                hosts: [agents.example.com]
                upstreams: {runtime: {url: "http://runtime.agents.svc:9000"}}
                routes: [{match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}]
              nodeSelector: {disk: ssd}
              tolerations: [{key: dedicated, operator: Equal, value: gateway, effect: NoSchedule}]
            metrics: {podMonitor: true, rules: true, dashboard: true, labels: {release: prometheus}}
            """);

    private final String yaml;
    private Rendered rendered;

    Values(String yaml) {
        this.yaml = yaml;
    }

    String yaml() {
        return yaml;
    }

    /** Rendered once: nobody changes it. */
    synchronized Rendered rendered() {
        if (rendered == null) {
            rendered = Chart.render(yaml);
        }
        return rendered;
    }
}
