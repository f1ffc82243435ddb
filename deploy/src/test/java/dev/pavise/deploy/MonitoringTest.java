package dev.pavise.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pavise.k8s.plan.FindingCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alert rules, scrape jobs and the dashboard speak of metrics, labels and reasons that there are. */
class MonitoringTest {
    private static final Path RULES = Path.of("prometheus", "rules.yaml");
    private static final Path SCRAPE = Path.of("prometheus", "scrape.yaml");
    private static final Pattern NAME = Pattern.compile("\\b(?:pavise|jvm|process|system)_[a-z_]+\\b");
    private static final Pattern REASONS = Pattern.compile("pavise_refusals_total\\{[^}]*reason=~?\"([^\"]+)\"");
    private static final Pattern FINDINGS = Pattern.compile("pavise_manager_findings\\{[^}]*code=~?\"([^\"]+)\"");
    private static final Set<String> SEVERITIES = Set.of("critical", "warning", "info");

    @TempDir
    private static Path folder;

    private static MetricNames metrics;

    @BeforeAll
    static void collect() throws Exception {
        metrics = MetricNames.collect(folder);
    }

    private static List<JsonNode> rules() {
        List<JsonNode> rules = new ArrayList<>();
        Yaml.document(Yaml.read(RULES))
                .path("groups")
                .forEach(group -> group.path("rules").forEach(rules::add));
        return rules;
    }

    private static Stream<String> expressions() {
        return rules().stream().map(each -> each.path("expr").asText());
    }

    private static Set<String> unknown(Stream<String> expressions) {
        return expressions
                .flatMap(each -> NAME.matcher(each).results().map(found -> found.group()))
                .filter(each -> !metrics.knows(each))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> alternatives(Pattern pattern, Stream<String> expressions) {
        return expressions
                .flatMap(each -> pattern.matcher(each).results().map(found -> found.group(1)))
                .flatMap(each -> Stream.of(each.split("\\|")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void rulesAskForMetricsThatThereAre() {
        assertEquals(Set.of(), unknown(expressions()));
    }

    @Test
    void theDashboardAsksForMetricsThatThereAre() {
        assertEquals(Set.of(), unknown(Stream.of(Yaml.read(Path.of("grafana", "pavise.json")))));
    }

    @Test
    void aMetricThatThereIsNotIsFoundOut() {
        assertEquals(Set.of("pavise_requests_totally"), unknown(Stream.of("rate(pavise_requests_totally[5m])")));
    }

    @Test
    void rulesNameReasonsAndFindingsThatThereAre() {
        Set<String> reasons = alternatives(REASONS, expressions());
        assertFalse(reasons.isEmpty());
        reasons.removeAll(MetricNames.refusals());
        assertEquals(Set.of(), reasons);
        Set<String> findings = alternatives(FINDINGS, expressions());
        assertFalse(findings.isEmpty());
        Stream.of(FindingCode.values()).map(FindingCode::code).forEach(findings::remove);
        assertEquals(Set.of(), findings);
    }

    @Test
    void everyRuleSaysWhatItMeansAndHowBadItIs() {
        Set<String> names = new HashSet<>();
        for (JsonNode rule : rules()) {
            String name = rule.path("alert").asText();
            assertTrue(name.matches("Pavise[A-Za-z]+") && names.add(name), name);
            assertTrue(SEVERITIES.contains(rule.at("/labels/severity").asText()), name);
            assertFalse(rule.at("/annotations/summary").asText().isBlank(), name);
            assertFalse(rule.at("/annotations/description").asText().isBlank(), name);
        }
    }

    /** A scraper that does not check certificates shows its token to whoever answers. */
    @Test
    void everyScrapeJobChecksCertificatesAndShowsAToken() {
        JsonNode jobs = Yaml.document(Yaml.read(SCRAPE)).path("scrape_configs");
        assertEquals(3, jobs.size());
        for (JsonNode job : jobs) {
            assertEquals("https", job.path("scheme").asText());
            assertEquals(
                    "/etc/prometheus/pavise/ca.crt",
                    job.at("/tls_config/ca_file").asText());
            assertFalse(job.at("/tls_config/server_name").asText().isEmpty());
            assertFalse(job.path("tls_config").has("insecure_skip_verify"));
            assertEquals(
                    "/etc/prometheus/pavise/token",
                    job.at("/authorization/credentials_file").asText());
        }
    }

    @Test
    void theDashboardTakesItsDataSourceFromAVariable() {
        JsonNode dashboard = Yaml.json(Yaml.read(Path.of("grafana", "pavise.json")));
        assertEquals("datasource", dashboard.at("/templating/list/0/type").asText());
        Set<Integer> ids = new HashSet<>();
        Set<String> rows = new TreeSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertTrue(ids.add(panel.path("id").asInt()), panel.path("title").asText());
            if (panel.path("type").asText().equals("row")) {
                rows.add(panel.path("title").asText());
            } else {
                assertEquals("${datasource}", panel.at("/datasource/uid").asText());
                assertTrue(panel.path("targets").size() > 0);
            }
        }
        assertTrue(
                rows.containsAll(Set.of("Traffic", "Refusals", "Latency", "Audit", "Tools", "Manager and injector")),
                rows::toString);
    }

    @Test
    void promtoolFindsNothing() throws IOException, InterruptedException {
        assumeTrue(Programs.find("promtool").isPresent(), "promtool is not on the PATH: rules were read as YAML only");
        Programs.output("promtool", "check", "rules", RULES.toString());
        Programs.output("promtool", "test", "rules", "prometheus/rules-test.yaml");
        // Debian's promtool knows no service discovery of Kubernetes: what is below it is looked at without.
        String jobs = Yaml.read(SCRAPE)
                .replaceAll(
                        "    kubernetes_sd_configs:\n      - role: pod\n(        namespaces: .*\n)?",
                        "    static_configs: [{targets: [\"a:1\"]}]\n");
        Path file = Files.writeString(folder.resolve("scrape.yaml"), jobs);
        Programs.output("promtool", "check", "config", "--syntax-only", file.toString());
    }
}
