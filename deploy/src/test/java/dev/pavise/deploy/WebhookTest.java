package dev.pavise.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the API server asks the injector. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = Chart.WHY_SKIPPED)
class WebhookTest {
    private static final JsonNode TRUE = Yaml.json("{\"pavise.dev/inject\": \"true\"}");

    private static JsonNode configuration(Values values) {
        return values.rendered().the("MutatingWebhookConfiguration", "pavise-injector");
    }

    @ParameterizedTest
    @EnumSource
    void bothEntriesFailClosedAndHaveNoSideEffects(Values values) {
        JsonNode webhooks = configuration(values).path("webhooks");
        assertEquals(2, webhooks.size());
        for (JsonNode each : webhooks) {
            assertEquals("Fail", each.path("failurePolicy").asText());
            assertEquals("None", each.path("sideEffects").asText());
            assertEquals(5, each.path("timeoutSeconds").asInt());
            assertEquals("[\"v1\"]", each.path("admissionReviewVersions").toString());
            assertEquals("IfNeeded", each.path("reinvocationPolicy").asText());
            assertEquals(
                    "[{\"apiGroups\":[\"\"],\"apiVersions\":[\"v1\"],\"resources\":[\"pods\"],\"operations\":[\"CREATE\"],\"scope\":\"Namespaced\"}]",
                    each.path("rules").toString());
        }
    }

    /** A cluster has to be able to start, and Pavise in it, with nobody there to answer. */
    @ParameterizedTest
    @EnumSource
    void neitherAsksAboutTheSystemOrPaviseItself(Values values) {
        for (JsonNode each : configuration(values).path("webhooks")) {
            JsonNode first = each.at("/namespaceSelector/matchExpressions/0");
            assertEquals("kubernetes.io/metadata.name", first.path("key").asText());
            assertEquals("NotIn", first.path("operator").asText());
            for (String left : new String[] {"kube-system", "kube-public", "kube-node-lease", Chart.NAMESPACE}) {
                assertTrue(first.path("values").toString().contains("\"" + left + "\""), left);
            }
        }
    }

    @Test
    void theNamespaceAsksForEachOfItsPods() {
        JsonNode entry = configuration(Values.DEFAULTS).at("/webhooks/0");
        assertEquals("/inject/namespace", entry.at("/clientConfig/service/path").asText());
        assertEquals(TRUE, entry.at("/namespaceSelector/matchLabels"));
        assertFalse(entry.has("objectSelector"));
    }

    @Test
    void aPodAsksForItselfWhereItsNamespaceDoesNot() {
        JsonNode entry = configuration(Values.DEFAULTS).at("/webhooks/1");
        assertEquals("/inject/pod", entry.at("/clientConfig/service/path").asText());
        assertEquals(TRUE, entry.at("/objectSelector/matchLabels"));
        assertEquals(
                "{\"key\":\"pavise.dev/inject\",\"operator\":\"NotIn\",\"values\":[\"true\"]}",
                entry.at("/namespaceSelector/matchExpressions/1").toString());
    }

    @ParameterizedTest
    @EnumSource
    void bothLeadToTheInjectorsService(Values values) {
        Rendered rendered = values.rendered();
        JsonNode service = rendered.the("Service", "pavise-injector");
        for (JsonNode each :
                rendered.the("MutatingWebhookConfiguration", "pavise-injector").path("webhooks")) {
            JsonNode named = each.at("/clientConfig/service");
            assertEquals(service.at("/metadata/namespace"), named.path("namespace"));
            assertEquals(service.at("/metadata/name"), named.path("name"));
            assertEquals(service.at("/spec/ports/0/port"), named.path("port"));
        }
    }

    /** Helm and kubectl then leave alone what the manager, or cert-manager, put in. */
    @ParameterizedTest
    @EnumSource
    void theBundleIsNotOfTheChart(Values values) {
        JsonNode configuration = configuration(values);
        assertFalse(configuration.toString().contains("caBundle"));
        assertEquals(
                values == Values.EVERYTHING,
                configuration.at("/metadata/annotations").has("cert-manager.io/inject-ca-from"));
    }

    @Test
    void furtherNamespacesCanBeLeftOut() {
        JsonNode configuration = configuration(Values.EVERYTHING);
        for (JsonNode each : configuration.path("webhooks")) {
            assertTrue(each.at("/namespaceSelector/matchExpressions/0/values")
                    .toString()
                    .contains("\"monitoring\""));
        }
    }
}
