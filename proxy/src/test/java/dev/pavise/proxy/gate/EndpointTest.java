package dev.pavise.proxy.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoint of tools, or of the cluster, a request means, and what its caller needs. */
final class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "GET,    /v1/tools/manifests,            TOOL_MANIFESTS, '',        manifest:read",
        "POST,   /v1/tools/manifests,            TOOL_REGISTER,  '',        manifest:write",
        "PUT,    /v1/tools/manifests,            TOOL_MANIFESTS, '',        manifest:read",
        "GET,    /v1/tools/manifests/hello,      TOOL_MANIFEST,  hello,     manifest:read",
        "DELETE, /v1/tools/manifests/hello,      TOOL_REMOVE,    hello,     manifest:delete",
        "GET,    /v1/tools/manifests/run,        TOOL_MANIFEST,  run,       manifest:read",
        "POST,   /v1/tools/manifests/run,        TOOL_RUN,       manifests, tool:manifests",
        "PUT,    /v1/tools/content/abc,          TOOL_CONTENT,   abc,       manifest:write",
        "PUT,    /v1/tools/content/run,          TOOL_CONTENT,   run,       manifest:write",
        "POST,   /v1/tools/content/run,          TOOL_RUN,       content,   tool:content",
        "POST,   /v1/tools/hello/run,            TOOL_RUN,       hello,     tool:hello",
        "POST,   /v1/tools/run/run,              TOOL_RUN,       run,       tool:run",
        "GET,    /v1/tools/hello/run,            TOOL_RUN,       hello,     tool:hello",
        "POST,   /v1/tools/hel%20lo/run,         TOOL_RUN,       hel%20lo,  tool:*",
        "POST,   /v1/tools/*/run,                TOOL_RUN,       *,         tool:*",
        "POST,   /v1/tools/a:b/run,              TOOL_RUN,       a:b,       tool:*",
        "GET,    /v1/k8s/status,                 K8S_STATUS,     '',        k8s:read",
        "GET,    /v1/k8s/pods,                   K8S_PODS,       '',        k8s:read",
        "GET,    /v1/k8s/actions,                K8S_ACTIONS,    '',        k8s:read",
        "POST,   /v1/k8s/scale,                  K8S_SCALE,      '',        k8s:scale",
        "POST,   /v1/k8s/health,                 K8S_HEALTH,     '',        k8s:heal",
        "POST,   /v1/k8s/reconcile,              K8S_RECONCILE,  '',        k8s:heal",
        "POST,   /v1/k8s/restart,                K8S_RESTART,    '',        k8s:heal",
    })
    void findsTools(String method, String path, Endpoint endpoint, String variable, String needed) {
        Endpoint found = Endpoint.at(method, path);
        assertEquals(endpoint, found);
        assertEquals(variable, endpoint.variable(path));
        assertEquals(
                needed,
                endpoint.rule(endpoint.variable(path))
                        .map(Rule::needed)
                        .orElseThrow()
                        .toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/tools",
                "/v1/tools/",
                "/v1/tools/hello",
                "/v1/tools//run",
                "/v1/tools/run",
                "/v1/tools/a/b/run",
                "/v1/tools/hello/run/",
                "/v1/tools/manifests/",
                "/v1/tools/manifests/a/b",
                "/v1/tools/content",
                "/v1/tools/content/",
                "/v1/tools/content/a/b",
                "/v1/k8s",
                "/v1/k8s/",
                "/v1/k8s/scale/",
                "/v1/k8s/pods/a"
            })
    void findsNothing(String path) {
        for (String method : new String[] {"GET", "POST", "PUT", "DELETE"}) {
            assertNull(Endpoint.at(method, path), method);
        }
    }

    @Test
    void noToolIsRunWithoutAPermissionForIt() {
        for (Endpoint endpoint : Endpoint.values()) {
            assertEquals(endpoint.rule().isPresent(), endpoint.rule("any").isPresent(), endpoint.name());
        }
        assertTrue(Endpoint.TOOL_RUN.rule("").isPresent());
    }
}
