package dev.pavise.policy.tool;

import static dev.pavise.policy.tool.Tools.full;
import static dev.pavise.policy.tool.Tools.least;
import static dev.pavise.policy.tool.Tools.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolPoliciesTest {
    private static final ToolPolicy LARGE = new ToolPolicy(
            "large",
            4096,
            600,
            Duration.ofMinutes(10),
            1024,
            new Reach.Only(List.of(ResourceGrant.parse("fs:rw:/srv/models"), ResourceGrant.parse("/etc/ssl/certs"))),
            new Reach.Only(List.of(ResourceGrant.parse("net:127.0.0.1:8080"))));
    private final ToolPolicies policies =
            new ToolPolicies(Map.of("hello", LARGE), List.of("/srv/models/keys", "/var/lib/pavise"));

    @ParameterizedTest
    @CsvSource({
        "default, 256, 30, OK",
        "default, 257, 30, MEMORY_EXCEEDS_POLICY",
        "default, 256, 31, CPU_EXCEEDS_POLICY",
        "default, 257, 31, MEMORY_EXCEEDS_POLICY",
        "restricted, 64, 5, OK",
        "restricted, 65, 5, MEMORY_EXCEEDS_POLICY",
        "restricted, 64, 6, CPU_EXCEEDS_POLICY",
        "custom, 4096, 600, OK",
        "custom, 4097, 600, MEMORY_EXCEEDS_POLICY",
        "custom, 4096, 601, CPU_EXCEEDS_POLICY"
    })
    void refusesMoreThanThePolicyHas(String policy, long memory, long cpu, String expected) {
        Map<String, Object> members = with(with(least(), "network_allowed", false), "policy", policy);
        assertEquals(expected, judged(with(with(members, "max_memory_mb", memory), "max_cpu_seconds", cpu)));
    }

    @ParameterizedTest
    @CsvSource({
        "default, fs:ro:/srv/data, OK",
        "default, fs:rw:/srv/data, OK",
        "default, fs:ro:/usr/share/dict, OK",
        "default, fs:rw:/usr/share/dict, FILES_EXCEED_POLICY",
        "default, fs:rw:/usr, FILES_EXCEED_POLICY",
        "default, fs:rw:/opt/tool, FILES_EXCEED_POLICY",
        "default, fs:ro:/opt/tool, OK",
        "default, /etc, FILES_EXCEED_POLICY",
        "default, /etc/shadow, FILES_EXCEED_POLICY",
        "default, /root/.ssh, FILES_EXCEED_POLICY",
        "default, /run/docker.sock, FILES_EXCEED_POLICY",
        "default, /var/run/docker.sock, FILES_EXCEED_POLICY",
        "default, /var, FILES_EXCEED_POLICY",
        "default, /var/lib/pavise, FILES_EXCEED_POLICY",
        "default, /var/lib/pavise/keys/audit.key, FILES_EXCEED_POLICY",
        "default, /var/lib, FILES_EXCEED_POLICY",
        "default, /var/lib/other, OK",
        "restricted, /srv/data, FILES_EXCEED_POLICY",
        "custom, /srv/models, FILES_EXCEED_POLICY",
        "custom, fs:rw:/srv/models/a, OK",
        "custom, fs:ro:/srv/models/a, OK",
        "custom, fs:ro:/srv/models/keys/a, FILES_EXCEED_POLICY",
        "custom, fs:ro:/srv/modelsx, FILES_EXCEED_POLICY",
        "custom, fs:ro:/etc/ssl/certs/ca.pem, OK",
        "custom, fs:rw:/etc/ssl/certs, FILES_EXCEED_POLICY",
        "custom, fs:ro:/srv/data, FILES_EXCEED_POLICY",
        "default, api.example.com, OK",
        "default, net:10.0.0.7:5432, OK",
        "default, net:localhost:80, NETWORK_EXCEEDS_POLICY",
        "default, net:a.localhost:80, NETWORK_EXCEEDS_POLICY",
        "default, net:127.9.9.9:80, NETWORK_EXCEEDS_POLICY",
        "default, [::1], NETWORK_EXCEEDS_POLICY",
        "default, [fe80::1], NETWORK_EXCEEDS_POLICY",
        "default, net:169.254.169.254:80, NETWORK_EXCEEDS_POLICY",
        "default, net:100.100.100.200:80, NETWORK_EXCEEDS_POLICY",
        "default, [fd00:ec2::254], NETWORK_EXCEEDS_POLICY",
        "restricted, api.example.com, NETWORK_EXCEEDS_POLICY",
        "default, secret:a, OK",
        "custom, secret:a, OK",
        "restricted, secret:a, SECRETS_EXCEED_POLICY",
        "custom, net:127.0.0.1:8080, OK",
        "custom, net:127.0.0.1:8081, NETWORK_EXCEEDS_POLICY",
        "custom, api.example.com, NETWORK_EXCEEDS_POLICY"
    })
    void refusesResourcesThatThePolicyDoesNotHave(String policy, String resource, String expected) {
        Map<String, Object> members = with(with(full(), "policy", policy), "allowed_resources", List.of(resource));
        boolean network = ResourceGrant.parse(resource) instanceof ResourceGrant.Endpoint;
        assertEquals(expected, judged(with(members, "network_allowed", network)));
    }

    @Test
    void refusesNetworkThatNamesNoHostWhereThePolicyHasNone() {
        Map<String, Object> members = with(least(), "policy", "restricted");
        assertEquals("NETWORK_EXCEEDS_POLICY", judged(members));
        assertEquals("OK", judged(with(members, "policy", "default")));
    }

    @Test
    void hasACustomPolicyOnlyForTheToolThatItIsConfiguredFor() {
        Map<String, Object> members = with(least(), "policy", "custom");
        assertEquals(Optional.of(LARGE), policies.policyOf(Tools.manifest(members)));
        assertEquals(Optional.empty(), policies.policyOf(Tools.manifest(with(members, "tool_id", "other"))));
        // What is configured for a tool changes nothing for a manifest that does not ask for it.
        assertEquals(Optional.of(ToolPolicy.DEFAULT), policies.policyOf(Tools.manifest(least())));
    }

    private String judged(Map<String, Object> members) {
        ToolManifest manifest = Tools.manifest(members);
        return policies.objection(manifest, policies.policyOf(manifest).orElseThrow())
                .map(refused -> refused.code().name())
                .orElse("OK");
    }

    @Test
    void areThoseOfTheContract() {
        assertEquals(
                new ToolPolicy(
                        "default", 256, 30, Duration.ofSeconds(60), 64, new Reach.AsNamed(), new Reach.AsNamed()),
                ToolPolicy.DEFAULT);
        assertEquals(
                new ToolPolicy(
                        "restricted", 64, 5, Duration.ofSeconds(10), 16, new Reach.Nothing(), new Reach.Nothing()),
                ToolPolicy.RESTRICTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 1 PT1S 1", "1 0 PT1S 1", "1 1 PT0S 1", "1 1 PT-1S 1", "1 1 PT1S -1", "-1 1 PT1S 1"})
    void areNeverWithoutABound(String text) {
        String[] parts = text.split(" ");
        int memory = Integer.parseInt(parts[0]);
        int cpu = Integer.parseInt(parts[1]);
        int scratch = Integer.parseInt(parts[3]);
        Duration wall = Duration.parse(parts[2]);
        assertTrue(Refusal.of(
                        () -> new ToolPolicy("p", memory, cpu, wall, scratch, new Reach.Nothing(), new Reach.Nothing()))
                .contains("`p`"));
        Refusal.of(() -> new RunLimits(memory, cpu, wall, scratch));
    }

    @Test
    void areNotLoadedForWhatIsNoToolOrNoFolder() {
        Refusal.of(() -> new ToolPolicies(Map.of("a b", LARGE), List.of()));
        Refusal.of(() -> new ToolPolicies(Map.of(), List.of("data")));
    }
}
