package dev.pavise.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pavise.k8s.cluster.Right;
import dev.pavise.k8s.cluster.Rights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The manager's roles give what its code lists, which is what its tests use: no more, and no less. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = Chart.WHY_SKIPPED)
class RightsTest {
    private static final Path USED = Path.of("..", "k8s", "target", "surefire-reports", "rights-used.txt");

    private static Stream<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
    }

    /** One right for each group, resource and verb of a role, as messages write it. */
    private static Set<String> granted(JsonNode role) {
        Set<String> rights = new TreeSet<>();
        for (JsonNode rule : role.path("rules")) {
            Set<String> names = texts(rule.path("resourceNames")).collect(Collectors.toSet());
            texts(rule.path("apiGroups"))
                    .forEach(group -> texts(rule.path("resources"))
                            .forEach(resource -> texts(rule.path("verbs"))
                                    .forEach(verb -> assertTrue(
                                            rights.add(new Right(group, resource, verb, names).toString()),
                                            () -> "given twice: " + verb + " " + resource))));
        }
        return rights;
    }

    private static Set<String> listed(List<Right> rights) {
        return rights.stream().map(Right::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @EnumSource
    void theManagersRolesAreTheListInItsCode(Values values) {
        Rendered rendered = values.rendered();
        assertEquals(listed(Rights.EVERYWHERE), granted(rendered.the("ClusterRole", "pavise-manager")));
        assertEquals(listed(Rights.AT_HOME), granted(rendered.the("Role", "pavise-manager")));
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsGivenByAWildcardOrToAnybodyElse(Values values) {
        Rendered rendered = values.rendered();
        Stream.concat(rendered.of("ClusterRole"), rendered.of("Role"))
                .forEach(role -> assertTrue(!role.path("rules").toString().contains("*"), Rendered.name(role)));
        Stream.concat(rendered.of("ClusterRoleBinding"), rendered.of("RoleBinding"))
                .forEach(binding -> {
                    assertEquals(1, binding.path("subjects").size());
                    assertEquals(
                            "ServiceAccount", binding.at("/subjects/0/kind").asText());
                    assertEquals(
                            Chart.NAMESPACE, binding.at("/subjects/0/namespace").asText());
                    assertEquals(binding.at("/metadata/name"), binding.at("/subjects/0/name"));
                    assertEquals(binding.at("/metadata/name"), binding.at("/roleRef/name"));
                });
        assertEquals(1, rendered.of("ClusterRole").count());
    }

    /** Kubernetes itself would refuse none of these, so a reader of Secrets is looked for by hand. */
    @Test
    void secretsAreReadByNameOnly() {
        Stream.concat(Rights.EVERYWHERE.stream(), Rights.AT_HOME.stream())
                .filter(each -> each.resource().equals("secrets"))
                .forEach(each -> assertTrue(!each.names().isEmpty(), each::toString));
    }

    private static boolean wholeRun() throws IOException {
        Path tests = Path.of("..", "k8s", "target", "test-classes");
        if (!Files.exists(USED) || !Files.isDirectory(tests)) {
            return false;
        }
        try (Stream<Path> classes = Files.walk(tests)) {
            return classes.map(each -> tests.relativize(each).toString())
                    .filter(each -> each.endsWith("Test.class") && !each.contains("$"))
                    .map(each -> each.replace(".class", "").replace('/', '.'))
                    .allMatch(each -> Files.exists(USED.resolveSibling("TEST-" + each + ".xml")));
        }
    }

    /** The tests of the manager note each right that its code used. Only a whole run of them can say that one is not used at all. */
    @Test
    void everyRightIsUsed() throws IOException {
        assumeTrue(wholeRun(), "not all tests of module k8s were run before");
        Set<String> used = new HashSet<>(Files.readAllLines(USED));
        Set<String> unused = Stream.concat(Rights.EVERYWHERE.stream(), Rights.AT_HOME.stream())
                .map(each -> new Right(each.group(), each.resource(), each.verb(), Set.of()).toString())
                .filter(each -> !used.contains(each))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), unused);
    }
}
