package dev.pavise.k8s.manager.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.Configs;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.compile.ResourceSettings;
import dev.pavise.policy.config.LoadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagerConfigLoaderTest {
    @TempDir
    Path folder;

    private LoadResult<ManagerConfig> load(String text) throws IOException {
        return ManagerConfigLoader.load(
                Files.writeString(folder.resolve("manager.yaml"), text), Map.of("NS", "agents")::get);
    }

    @Test
    void takesDefaultsThatAreSafe() throws IOException {
        ManagerConfig config = Configs.loaded(load("listen: 127.0.0.1:0"));
        assertEquals(folder.resolve("manager-data/audit"), config.audit().dir());
        assertEquals(
                folder.resolve("manager-data/keys/audit.key"), config.audit().key());
        assertEquals(
                new ClusterConfig.Reconcile(true, Duration.ofSeconds(30)),
                config.kubernetes().reconcile());
        assertEquals(
                new ClusterConfig.Heal(3, Duration.ofMinutes(1)),
                config.kubernetes().heal());
        assertNull(config.kubernetes().namespace());
        assertNull(config.kubernetes().kubeconfig());
        assertEquals(List.of(), config.kubernetes().watch());
        assertEquals(List.of(), config.callers());
        assertNull(config.injection().resources());
        assertEquals(
                Map.of("kubernetes.io/metadata.name", "monitoring"),
                config.injection().monitoringNamespace());
        assertEquals(Map.of(), config.injection().monitoringPods());
        assertEquals(
                new CertificatesConfig(Duration.ofDays(7), Duration.ofDays(365), Duration.ofDays(1), Set.of()),
                config.certificates());
        assertEquals(new LimitsConfig(64, Duration.ofSeconds(10), Duration.ofSeconds(10)), config.limits());
    }

    @Test
    void takesEveryKey() throws IOException {
        Files.writeString(folder.resolve("d.yaml"), "kind: Deployment");
        Files.writeString(folder.resolve("kubeconfig"), "kind: Config");
        Files.writeString(folder.resolve("base.yaml"), "routes: []");
        ManagerConfig config = Configs.loaded(load("""
                        listen: "[::1]:9443"
                        data_dir: data
                        audit: {durability: disk, ephemeral: true}
                        kubernetes:
                          namespace: pavise-system
                          deployment: codetether
                          manifest: d.yaml
                          watch: ["${NS}"]
                          reconcile: {enabled: false, interval: 1m}
                          heal: {budget: 0, back_off: 5m}
                          kubeconfig: kubeconfig
                        callers:
                          - {service_account: ops/console, deployments: [agents/codetether, agents/other]}
                        injection:
                          base: base.yaml
                          may_grant: ["agent:*"]
                          resources: {most: 7}
                          monitoring_namespace: {team: sre}
                          monitoring_pods: {app: prometheus}
                        certificates: {lifetime: 1h, authority_lifetime: 1d, token_lifetime: 2h, external: [pavise-ca]}
                        limits: {exchanges: 1, request_timeout: 2s, drain_timeout: 3s}
                        """));
        assertEquals("[::1]:9443", config.listen().toString());
        assertEquals(folder.resolve("data"), config.dataDir());
        assertTrue(config.audit().ephemeral());
        assertEquals(
                new ClusterConfig(
                        "pavise-system",
                        "codetether",
                        folder.resolve("d.yaml"),
                        List.of("agents"),
                        new ClusterConfig.Reconcile(false, Duration.ofMinutes(1)),
                        new ClusterConfig.Heal(0, Duration.ofMinutes(5)),
                        folder.resolve("kubeconfig")),
                config.kubernetes());
        assertEquals(
                List.of(new CallerGrant(
                        "ops",
                        "console",
                        List.of(Target.deployment("agents", "codetether"), Target.deployment("agents", "other")))),
                config.callers());
        ResourceSettings resources = config.injection().resources();
        assertEquals(folder.resolve("base.yaml"), resources.base());
        assertEquals(List.of("agent:*"), resources.mayGrant());
        assertEquals(7, resources.allowance().most());
        assertEquals(Map.of("team", "sre"), config.injection().monitoringNamespace());
        assertEquals(Map.of("app", "prometheus"), config.injection().monitoringPods());
        assertEquals(
                new CertificatesConfig(
                        Duration.ofHours(1), Duration.ofDays(1), Duration.ofHours(2), Set.of("pavise-ca")),
                config.certificates());
        assertEquals(new LimitsConfig(1, Duration.ofSeconds(2), Duration.ofSeconds(3)), config.limits());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listn: 127.0.0.1:0 | did you mean `listen`",
                "listen: 8443 | host:port",
                "listen: a:65536 | host:port",
                "kubernetes: {manifest: manager.yaml} | `deployment` names none",
                "kubernetes: {manifest: nothing.yaml, deployment: a} | no such file",
                "kubernetes: {kubeconfig: nothing} | no such file",
                "kubernetes: {namespace: Agents} | namespace",
                "kubernetes: {watch: [a b]} | namespace",
                "kubernetes: {reconcile: {interval: 0s}} | 5s",
                "kubernetes: {heal: {budget: -1}} | whole number",
                "callers: [{service_account: console, deployments: [a/b]}] | <namespace>/<name>",
                "callers: [{service_account: a/b, deployments: []}] | name one",
                "callers: [{service_account: a/b, deployments: [\"a/*\"]}] | <namespace>/<name>",
                "callers: [{deployments: [a/b]}] | `service_account` is missing",
                "injection: {monitoring_namespace: {}} | names no label",
                "injection: {may_grant: [a:b]} | without `base`",
                "injection: {resources: {most: 7}} | without `base`",
                "injection: {base: nothing.yaml} | no such file",
                "kubernetes: {heal: {budget: 31}} | whole number",
                "certificates: {lifetime: 30d, authority_lifetime: 31d} | three times",
                "certificates: {lifetime: 1s} | 1h",
                "kubernetes: {heal: {budget: 31}} | whole number",
                "limits: {exchanges: 0} | whole number",
                "audit: {record: {headers: [x]}} | a manager has none",
                "audit: {visible: \"true\"} | a manager has none",
                "audit: {key: manager-data/audit/audit.key} | belongs outside",
                "audit: {enabled: false} | not a known key",
            })
    void refuses(String text, String why) throws IOException {
        String all = Configs.errors(load(text));
        assertTrue(all.contains(why), all);
    }
}
