package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** References in values: what they become, and that what they stand for shows nowhere. */
final class ExpansionTest {

    @TempDir
    private Path temporary;

    private ConfigFolder folder = new ConfigFolder(Path.of("unset"));

    @BeforeEach
    void fillFolder() {
        folder = new ConfigFolder(temporary)
                .set("NAME", "alpha")
                .set("EMPTY", "")
                .set("NESTED", "${NAME}")
                .set("YAML", "{a: b}")
                .set("PORT", "9443");
        folder.write("secret", "from a file\n");
        folder.write("crlf", "from a file\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ${NAME}                  | alpha
            x-${NAME}-${NAME}        | x-alpha-alpha
            ${NONE:-other}           | other
            ${EMPTY:-other}          | other
            ${NAME:-other}           | alpha
            x${NONE:-}y              | xy
            x${EMPTY}y               | xy
            ${NESTED}                | ${NAME}
            ${YAML}                  | {a: b}
            ${NONE:-a:b}             | a:b
            ${file:secret}           | from a file
            ${file:crlf}             | from a file
            $${NAME}                 | ${NAME}
            $NAME                    | $NAME
            $$                       | $$
            a$b{c}                   | a$b{c}
            """)
    void expands(String text, String expected) {
        String yaml = "roles: {r: {permissions: []}}\nbindings: [{principal: '" + text + "', roles: [r]}]";
        AccessConfig.Binding binding = folder.good(yaml).access().bindings().getFirst();
        assertEquals(expected, binding.principal());
    }

    @Test
    void fitsNumbersAndAddresses() {
        GatewayConfig config = folder.good("listen: {https: 'localhost:${PORT}'}\nlimits: {connections: '${PORT}'}");
        assertEquals(9443, config.limits().connections());
        assertEquals(
                new HostPort("localhost", 9443),
                config.listen().https().getFirst().address());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ${NONE}              | environment variable `NONE` is not set; set it, or give a default: ${NONE:-...}
            ${NAME               | has a `${` without its `}`
            ${}                  | is not the name of an environment variable
            ${A B}               | is not the name of an environment variable
            ${NONE:-${NAME}}     | they do not nest
            ${vault:a#b}         | `${vault:...}` is not built yet
            ${env:NAME}          | `${env:...}` is not known; use ${VAR}, ${VAR:-default} or ${file:/path}
            ${file:none}         | `${file:none}`: there is no such file
            ${file:}             | there is no such file
            ${EMPTY}             | expected a folder
            """)
    void refuses(String text, String expected) {
        List<String> shown = folder.shown("data_dir: '" + text + "'");
        assertEquals(1, shown.size(), shown.toString());
        assertTrue(shown.getFirst().contains(expected), shown.getFirst());
    }

    @Test
    void refusesSecretFilesThatAreNoText() {
        folder.write("large", new byte[70_000]);
        folder.write("binary", new byte[] {(byte) 0xFF});
        assertTrue(folder.shown("data_dir: '${file:large}'").getFirst().contains("is larger than 64 KiB"));
        assertTrue(folder.shown("data_dir: '${file:binary}'").getFirst().contains("is not UTF-8 text"));
    }

    @Test
    void neverShowsWhatAReferenceStandsFor() {
        folder.set("SECRET", "hunter2-hunter2");
        folder.write("password", "hunter2-hunter2");
        for (String reference : List.of("${SECRET}", "${file:password}", "x${SECRET}y")) {
            for (String key : List.of(
                    "limits: {connections: '%s'}",
                    "limits: {body: '%s', idle_timeout: '%s', per_principal: '%s'}",
                    "hosts: ['%s/']",
                    "origins: ['%s']",
                    "listen: {https: '%s', transport: '%s'}",
                    "tls: {cert: '%s', cipher_suites: ['%s']}",
                    "identity: {operator_token: '%s', log_generated_token: '%s'}",
                    "identity: {issuers: [{name: a, secret: '%s'}]}",
                    "upstreams: {u: {url: '%s'}}",
                    "routes: [{match: {path: '%s', methods: ['%s']}, permission: 'a:b', upstream: u}]")) {
                String yaml = key.replace("%s", reference);
                String shown = folder.shown(yaml).toString();
                assertFalse(shown.contains("hunter2"), shown);
            }
        }
    }

    @Test
    void secretsPrintAsStars() {
        folder.set("SECRET", "hunter2-hunter2-hunter2-hunter2-hunter2");
        GatewayConfig config =
                folder.good("identity: {operator_token: '${SECRET}', issuers: [{name: a, secret: '${SECRET}'}]}");
        assertFalse(config.toString().contains("hunter2"));
        assertFalse(EffectiveConfig.yaml(config).contains("hunter2"));
        assertFalse(EffectiveConfig.json(config).contains("hunter2"));
        assertTrue(EffectiveConfig.yaml(config).contains("***"));
        Secret token = Objects.requireNonNull(config.identity().operatorToken());
        assertEquals("hunter2-hunter2-hunter2-hunter2-hunter2", token.reveal());
        assertEquals(token.hashCode(), Secret.of("other").hashCode());
    }
}
