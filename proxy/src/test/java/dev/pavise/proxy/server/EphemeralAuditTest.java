package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.kubernetes.OwnPod;
import dev.pavise.proxy.metrics.GatewayMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An audit trail that would end with its container stops a start in a cluster, or is told of loudly. */
final class EphemeralAuditTest {
    private static final Map<String, String> CLUSTER = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    private static final String SHIP = "ship: {kafka: {servers: [k.example:9092], topic: t, tls: false}}";

    @TempDir
    Path folder;

    private AuditConfig audit(String section) throws Exception {
        Path file = folder.resolve("some.yaml");
        Files.writeString(file, "audit: {" + section + "}\n" + Yaml.oneRoute(9, ""));
        return TestGateway.load(file).audit();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | ''              | true  | true",
                "true  | ''              | false | false",
                "false | ''              | true  | false",
                "true  | ephemeral: true | true  | false",
                "true  | SHIP            | true  | false",
            })
    void stopsAStartInAClusterOnly(boolean inCluster, String section, boolean lost, boolean stopped) throws Exception {
        AuditConfig audit = audit(section.replace("SHIP", SHIP));
        OwnPod pod = OwnPod.of((inCluster ? CLUSTER : Map.<String, String>of())::get);
        Optional<String> problem =
                EphemeralAudit.problem(audit, pod, dir -> lost ? Optional.of("gone") : Optional.empty());
        assertEquals(stopped, problem.isPresent(), problem.toString());
        problem.ifPresent(told -> assertTrue(told.contains("audit.ephemeral: true"), told));
    }

    @Test
    void warnsAtTheStartAndOnceAnHour() throws Exception {
        AtomicLong now = new AtomicLong();
        List<String> said = new ArrayList<>();
        GatewayMetrics metrics = new GatewayMetrics();
        EphemeralAudit watch = new EphemeralAudit(audit("ephemeral: true"), metrics, now::get, said::add);
        assertEquals(1, said.size());
        now.addAndGet(Duration.ofMinutes(59).toNanos());
        watch.tick();
        assertEquals(1, said.size());
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        watch.tick();
        watch.tick();
        assertEquals(2, said.size());
        assertTrue(metrics.scrape().contains("pavise_audit_ephemeral 1.0"), metrics.scrape());
    }

    @Test
    void isQuietWhereTheTrailIsKept() throws Exception {
        List<String> said = new ArrayList<>();
        GatewayMetrics metrics = new GatewayMetrics();
        new EphemeralAudit(audit(""), metrics, () -> Long.MAX_VALUE, said::add).tick();
        assertEquals(List.of(), said);
        assertTrue(metrics.scrape().contains("pavise_audit_ephemeral 0.0"));
    }

    /** The folder of a test lies on this machine's own layer, or in memory: a pod's would, too. */
    @Test
    void aWholeGatewayDoesNotStartOnOne() throws Exception {
        StartFailure stopped =
                assertThrows(StartFailure.class, () -> TestGateway.startIn(CLUSTER, folder, Yaml.oneRoute(9, "")));
        String told = String.valueOf(stopped.getMessage());
        assertTrue(told.contains("audit: the audit folder"), told);
        try (TestGateway gateway =
                TestGateway.startIn(CLUSTER, folder, "audit: {ephemeral: true}\n" + Yaml.oneRoute(9, ""))) {
            assertEquals(1, gateway.figure("pavise_audit_ephemeral"));
        }
    }
}
