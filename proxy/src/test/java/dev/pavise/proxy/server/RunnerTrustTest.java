package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import dev.pavise.proxy.config.ToolsConfig;
import dev.pavise.proxy.tls.TestCa;
import dev.pavise.proxy.tls.TlsMaterial;
import dev.pavise.proxy.tool.ToolRules;
import dev.pavise.proxy.tool.Tools;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Which runner is believed, and what a new configuration of tools changes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RunnerTrustTest {
    @TempDir
    static Path folder;

    private ToolShop shop;

    @BeforeAll
    void open() throws Exception {
        shop = new ToolShop(folder);
        shop.make("hello");
    }

    @BeforeEach
    void begin() throws Exception {
        shop.runner.forget();
        assertEquals(List.of(), shop.gateway.reload(shop.yaml("")));
    }

    @AfterAll
    void close() {
        shop.close();
    }

    private String code(String runner, int port) throws Exception {
        assertEquals(List.of(), shop.gateway.reload(shop.yaml(runner, port, "")));
        ToolShop.Reply reply = shop.run("hello", "");
        return reply.status() == 200 ? "200" : reply.code();
    }

    @Test
    void believesOnlyTheNameThatIsPinned() throws Exception {
        assertEquals("200", code("", shop.runner.port()));
        assertEquals("200", code("server_name: localhost, ", shop.runner.port()));
        shop.runner.forget();
        assertEquals("runner_unreachable", code("server_name: runner.internal, ", shop.runner.port()));
        assertEquals(List.of(), shop.runner.seen());
        try (ScriptedRunner named =
                new ScriptedRunner(Trust.context(shop.ca.own().certificate(), shop.ca.server("runner.internal")))) {
            assertEquals("runner_unreachable", code("", named.port()));
            assertEquals(List.of(), named.seen());
            assertEquals("200", code("server_name: runner.internal, ", named.port()));
        }
    }

    @Test
    void believesOnlyTheConfiguredAuthority() throws Exception {
        TestCa foreign = TestCa.create("foreign CA");
        try (ScriptedRunner other = new ScriptedRunner(
                Trust.context(shop.ca.own().certificate(), foreign.server("localhost", "127.0.0.1")))) {
            assertEquals("runner_unreachable", code("", other.port()));
            assertEquals(List.of(), other.seen());
        }
    }

    @Test
    void takesNoWildcardAndNoCommonNameForTheName() throws Exception {
        for (TestCa.Issued each : List.of(
                shop.ca.server("*.internal"),
                shop.ca.server("other.internal"),
                shop.ca.client("runner.internal").issue())) {
            try (ScriptedRunner other =
                    new ScriptedRunner(Trust.context(shop.ca.own().certificate(), each))) {
                assertEquals("runner_unreachable", code("server_name: runner.internal, ", other.port()));
                assertEquals(List.of(), other.seen());
            }
        }
    }

    @Test
    void saysThatNothingListens() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertEquals("runner_unreachable", code("", port));
        assertEquals(
                "no",
                Trail.metadata(
                        Trail.of(shop.gateway).all().stream()
                                .filter(each -> Trail.text(each, "event_type").equals("tool_not_run"))
                                .reduce((before, last) -> last)
                                .orElseThrow(),
                        "ran"));
    }

    @Test
    void endsWhatTakesTooLong() throws Exception {
        assertEquals(List.of(), shop.gateway.reload(shop.yaml("connect_timeout: 1s, queue_timeout: 1ms, ")));
        shop.runner.answers((asked, stream) -> {
            stream.respond(200, false).send("{\"run_id\":", false);
            stream.next();
        });
        ToolShop.Reply reply = shop.run("hello", "{\"timeout_s\":1}");
        assertEquals("runner_timeout", reply.code(), reply.text());
    }

    @Test
    void revokesAtTheNextReload() throws Exception {
        String digest = ScriptedRunner.sha256(ToolShop.program("hello"));
        Path revoked = folder.resolve("keys/revoked.txt");
        Files.writeString(revoked, "content " + digest + "  # found out\n");
        try {
            assertEquals("content_revoked", code("", shop.runner.port()));
            Files.writeString(revoked, "key " + shop.signer.verifyKey().id() + "\n");
            assertEquals("key_revoked", code("", shop.runner.port()));
            Files.writeString(revoked, "nonsense\n");
            assertFalse(shop.gateway.reload(shop.yaml("")).isEmpty());
            assertEquals("key_revoked", shop.run("hello", "").code());
            assertEquals(List.of(), shop.runner.seen());
        } finally {
            Files.delete(revoked);
        }
        assertEquals("200", code("", shop.runner.port()));
    }

    @Test
    void refusesAKeyOutOfItsTime() throws Exception {
        SigningKey key = SigningKey.generate();
        Path file = folder.resolve("keys/late.pub");
        Files.writeString(
                file,
                TrustedKeyText.write(new TrustedKey(
                        "late",
                        key.verifyKey(),
                        java.time.Instant.now().plusSeconds(3600),
                        java.time.Instant.now().plusSeconds(7200))));
        try {
            assertEquals(List.of(), shop.gateway.reload(shop.yaml("")));
            ToolShop.Reply reply = shop.register(ToolShop.manifest(key, "late", "1.0.0", ToolShop.program("late"), ""));
            assertEquals("key_not_yet_valid", reply.code(), reply.text());
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void saysWhereReceiptsAreNotChecked() {
        assertTrue(warnings("").contains("`tools.runner.receipt_key` is not set"), warnings(""));
        assertFalse(warnings("receipt_key: receipts.pub, ").contains("receipt_key"));
    }

    private String warnings(String runner) {
        try {
            assertEquals(List.of(), shop.gateway.reload(shop.yaml(runner)));
            ToolsConfig config =
                    Objects.requireNonNull(TestGateway.load(shop.gateway.file()).tools());
            Tools apart = new Tools(folder.resolve("apart"), InstantSource.system());
            if (apart.prepare(config) instanceof TlsMaterial.Ready<ToolRules>(ToolRules rules, List<String> said)) {
                rules.close();
                return said.toString();
            }
            throw new AssertionError("the configuration is good");
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void doesNotLoadWhatItCannotHonour() throws Exception {
        Files.writeString(folder.resolve("bad.pub"), "no key");
        List<?> errors = shop.gateway.reload(shop.yaml("receipt_key: bad.pub, "));
        assertTrue(errors.toString().contains("bad.pub"), errors.toString());
        errors = shop.gateway.reload(shop.yaml("").replace("key: gw.key", "key: gw.crt"));
        assertTrue(errors.toString().contains("gw.crt"), errors.toString());
        assertEquals(200, shop.run("hello", "").status());
    }
}
