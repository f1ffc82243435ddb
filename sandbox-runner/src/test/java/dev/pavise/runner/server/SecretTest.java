package dev.pavise.runner.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which secrets a runner takes from a gateway: those that the signed manifest names, all of them and no others. */
class SecretTest {
    @TempDir
    private Path folder;

    private static String asking(TestRunner runner, String resources, String brought) {
        String manifest = runner.manifest(
                runner.put("#!/bin/sh\necho ran\n"),
                resources.isEmpty() ? "" : ", \"allowed_resources\": [" + resources + "]");
        return TestRunner.run(manifest, "", "alice")
                .replace("\"request_id\"", "\"secrets\": {" + brought + "}, \"request_id\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"secret:a\"                | \"b\":\"aHVudGVyMg==\"                       | 409 | secret_missing",
                "\"secret:a\",\"secret:b\"   | \"b\":\"aHVudGVyMg==\"                       | 409 | secret_missing",
                "\"secret:a\"                | ''                                         | 409 | secret_missing",
                "\"secret:a\"                | \"a\":\"aHVudGVyMg==\",\"b\":\"aHVudGVyMg==\" | 409 | secret_surplus",
                "''                          | \"a\":\"aHVudGVyMg==\"                       | 409 | secret_surplus",
                "\"secret:a\"                | \"a\":\"aHVudGVyMg==\"                       | 501 | secrets_not_given",
            })
    void refusesOthersThanTheManifestNames(String resources, String brought, int status, String code) {
        try (TestRunner runner = TestRunner.start(folder)) {
            HttpResponse<String> refused = runner.post(asking(runner, resources, brought), "application/json");
            assertEquals(status, refused.statusCode(), refused.body());
            assertEquals(code, TestRunner.code(refused));
            assertFalse(refused.body().contains("hunter2") || refused.body().contains("aHVudGVy"), refused.body());
            assertEquals(0, runner.backend.runs().size());
        }
    }

    @Test
    void runsWhatAsksForNone() {
        try (TestRunner runner = TestRunner.start(folder)) {
            assertEquals(
                    200, runner.post(asking(runner, "", ""), "application/json").statusCode());
        }
    }
}
