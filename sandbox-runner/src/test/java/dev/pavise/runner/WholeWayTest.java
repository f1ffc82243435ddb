package dev.pavise.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.pavise.policy.tool.ToolKind;
import dev.pavise.runner.config.BackendName;
import dev.pavise.runner.config.RunnerConfig;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.server.StartFailure;
import dev.pavise.runner.server.TestRunner;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a signed manifest to a receipt, with the backends that ship. */
class WholeWayTest {
    @TempDir
    private Path folder;

    private static Map<ToolKind, Backend> open(RunnerConfig config, BackendName... kinds) {
        try {
            return new ShippedBackends()
                    .open(new RunnerConfig(
                            config.listen(),
                            config.tls(),
                            config.trustedKeys(),
                            config.dataDir(),
                            config.receiptKey(),
                            List.of(kinds),
                            null,
                            config.limits(),
                            config.egress(),
                            config.policies(),
                            config.metrics()));
        } catch (StartFailure e) {
            if (System.getenv("CI") != null) {
                fail(e.problem());
            }
            return abort(e.problem());
        }
    }

    private static Map<String, Object> result(HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response.body());
        return TestRunner.json(response.body());
    }

    @Test
    void runsAScriptInNamespaces() {
        String script =
                "#!/bin/sh\nread name\necho \"hello $name, I am not $(id -u) there\"; cat /etc/shadow; exit 4\n";
        try (TestRunner runner = TestRunner.start(folder, config -> open(config, BackendName.NATIVE))) {
            String digest = runner.put(script.getBytes(StandardCharsets.UTF_8));
            String manifest = runner.manifest(digest, ",\"allowed_resources\":[\"/bin\",\"/usr/bin\"]");
            Map<String, Object> result = result(
                    runner.post(TestRunner.run(manifest, "\"stdin\": \"alice\\n\"", "alice"), "application/json"));
            assertEquals(4L, result.get("exit_code"), result::toString);
            assertEquals(
                    true, String.valueOf(result.get("stdout")).startsWith("hello alice, I am not "), result::toString);
            assertEquals(false, String.valueOf(result.get("stdout")).contains("root:"));
            assertEquals(List.of(), result.get("violations"));
        }
    }

    @Test
    void givesAScriptItsSecretAndNobodyElse() throws Exception {
        String script = "#!/bin/sh\ncat /run/secrets/db; env; ls /run/secrets\n";
        try (TestRunner runner = TestRunner.start(folder, config -> open(config, BackendName.NATIVE))) {
            String digest = runner.put(script.getBytes(StandardCharsets.UTF_8));
            String programs = "\"/bin\",\"/usr/bin\"";
            String asking = runner.manifest(digest, ",\"allowed_resources\":[" + programs + ",\"secret:db\"]");
            String secrets = "\"secrets\": {\"db\": \"Y29ycmVjdCBob3JzZQ==\"}, \"request_id\"";
            Map<String, Object> given = result(runner.post(
                    TestRunner.run(asking, "", "alice").replace("\"request_id\"", secrets), "application/json"));
            String out = String.valueOf(given.get("stdout"));
            assertEquals(true, out.startsWith("correct horse") && out.endsWith("db\n"), given::toString);
            assertEquals(0, out.indexOf("correct horse", 1) + 1, "it is not in the environment");
            Map<?, ?> receipt = (Map<?, ?>) given.get("receipt");
            String signed = new String(
                    java.util.Base64.getDecoder().decode(String.valueOf(receipt.get("payload"))),
                    StandardCharsets.UTF_8);
            assertEquals(true, signed.contains("\"secrets\":[\"db\"]") && !signed.contains("horse"), signed);
            String asksNone = runner.manifest(digest, ",\"allowed_resources\":[" + programs + "]");
            Map<String, Object> none = result(runner.post(TestRunner.run(asksNone, "", "alice"), "application/json"));
            assertEquals(false, String.valueOf(none.get("stdout")).contains("horse"), none::toString);
        }
    }

    @Test
    void runsAModuleOfWebAssembly() throws Exception {
        try (InputStream in = WholeWayTest.class.getResourceAsStream("/wasm/probe.wasm");
                TestRunner runner = TestRunner.start(folder, config -> open(config, BackendName.WASM))) {
            String digest = runner.put(in.readAllBytes());
            String manifest = runner.manifest(digest, ",\"kind\":\"wasm\"");
            Map<String, Object> result = result(runner.post(
                    TestRunner.run(manifest, "\"args\": [\"echo\"], \"stdin\": \"in\"", "alice"), "application/json"));
            assertEquals("in", result.get("stdout"), result::toString);
            assertEquals(true, result.get("success"));
        }
    }
}
