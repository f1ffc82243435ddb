package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.pem.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The life of certificates as typed: made, looked at, renewed, revoked. */
final class SecurityCommandsTest {
    private static final boolean[] SIGNS_HANDSHAKES = {true, false, false, false, false, false, false, false, false};
    private static final boolean[] SIGNS_OTHERS = {false, false, false, false, false, true, true, false, false};

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private Shell shell;

    private Shell shell() {
        if (shell == null) shell = new Shell(folder, () -> now);
        return shell;
    }

    private X509Certificate certificate(String name) throws Exception {
        return Pem.certificates(folder.resolve(name)).getFirst();
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }

    @Test
    void makesAnAuthorityForLeavesAlone() throws Exception {
        shell().done("security init-ca --cn Test+CA");
        X509Certificate ca = certificate("ca/ca.crt");
        assertEquals("CN=Test CA", ca.getSubjectX500Principal().getName());
        assertEquals(0, ca.getBasicConstraints(), "path length");
        assertArrayEquals(SIGNS_OTHERS, ca.getKeyUsage());
        assertTrue(ca.getCriticalExtensionOIDs().containsAll(Set.of("2.5.29.19", "2.5.29.15")));
        assertEquals(now.plus(Duration.ofDays(3650)), ca.getNotAfter().toInstant());
        assertEquals("rwx------", mode("ca"));
        assertEquals("rw-------", mode("ca/ca.key"));
        assertEquals("rw-------", mode("ca/issued.jsonl"));
        assertEquals("rw-r--r--", mode("ca/ca.crt"));
        assertFalse(shell().out().contains("PRIVATE"), shell().out());
        ca.verify(ca.getPublicKey());
        Pem.revocationLists(folder.resolve("ca/ca.crl")).getFirst().verify(ca.getPublicKey());
    }

    @ParameterizedTest
    @CsvSource({
        "gen-client-cert, 1.3.6.1.5.5.7.3.2",
        "gen-server-cert, 1.3.6.1.5.5.7.3.1",
        "gen-node-cert, 1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2"
    })
    void makesLeavesForTheirUse(String command, String usages) throws Exception {
        shell().done("security init-ca")
                .done("security " + command + " --cn one.example --dns one.example --output c.pem");
        X509Certificate made = certificate("c.pem");
        made.verify(certificate("ca/ca.crt").getPublicKey());
        assertEquals(new TreeSet<>(List.of(usages.split(" "))), new TreeSet<>(made.getExtendedKeyUsage()));
        assertArrayEquals(SIGNS_HANDSHAKES, made.getKeyUsage());
        assertEquals(-1, made.getBasicConstraints());
        assertEquals(List.of(List.of(2, "one.example")), List.copyOf(made.getSubjectAlternativeNames()));
        assertEquals(now.plus(Duration.ofDays(90)), made.getNotAfter().toInstant());
        assertTrue(made.getSerialNumber().bitLength() > 64
                && made.getSerialNumber().signum() > 0);
        byte[] authority = certificate("ca/ca.crt").getExtensionValue("2.5.29.14");
        byte[] above = made.getExtensionValue("2.5.29.35");
        assertArrayEquals(
                java.util.Arrays.copyOfRange(authority, authority.length - 20, authority.length),
                java.util.Arrays.copyOfRange(above, above.length - 20, above.length));
        assertEquals("rw-------", mode("c-key.pem"));
    }

    @Test
    void putsTheKeyBesideTheCertificateAndTellsThePrincipal() throws Exception {
        shell().done("security init-ca").done("security gen-client-cert --cn client-001 --output client.pem");
        assertTrue(Files.exists(folder.resolve("client-key.pem")));
        assertTrue(shell().out().contains("cert:client-001"), shell().out());
        assertFalse(shell().out().contains("PRIVATE"));
        shell().done(
                        "security gen-client-cert --cn a --spiffe spiffe://example.org/agent --output a.pem --format json");
        assertEquals(
                "cert:spiffe://example.org/agent",
                shell().json().path("principal").asString());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("a-key.pem", "a.pem", "ca", "client-key.pem", "client.pem"),
                    files.map(file -> file.getFileName().toString()).sorted().toList(),
                    "no draft is left behind");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--spiffe spiffe://example.org",
                "--spiffe spiffe://Example.org/agent",
                "--spiffe spiffe://example.org/a/../b",
                "--spiffe spiffe://example.org/agent?x=1",
                "--spiffe http://example.org/agent",
                "--dns *.example.org",
                "--dns not-a-host!",
                "--dns exa..mple",
                "--ip 1.2.3",
                "--ip example.org"
            })
    void refusesNamesThatNobodyHas(String names) {
        shell().done("security init-ca");
        String line = "security gen-client-cert --cn a " + names + " --output a.pem";
        assertEquals(ExitCode.WANTING, shell().run(line), line);
        assertFalse(Files.exists(folder.resolve("a.pem")), line);
        assertFalse(Files.exists(folder.resolve("a-key.pem")), line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "security gen-client-cert --output a.pem",
                "security gen-client-cert --cn a",
                "security gen-client-cert --cn a --output a.pem --days 0",
                "security gen-client-cert --cn a --spiffe spiffe://a/b --spiffe spiffe://a/c --output a.pem",
                "security sign-csr --csr a.csr --output a.pem",
                "security sign-csr --csr a.csr --output a.pem --cn a --accept-names",
                "security revoke",
                "security revoke --serial xyz",
                "security renew",
                "security cert-status --warn soon a.pem",
                "security",
                "security nonsense"
            })
    void takesWhatMeansNothingAsMisuse(String line) {
        shell().done("security init-ca");
        assertEquals(ExitCode.MISUSE, shell().run(line), shell().err());
    }

    @Test
    void overwritesNothingUnlessForced() throws Exception {
        shell().done("security init-ca").done("security gen-client-cert --cn a --output a.pem");
        byte[] key = Files.readAllBytes(folder.resolve("a-key.pem"));
        assertEquals(ExitCode.WANTING, shell().run("security gen-client-cert --cn b --output a.pem"));
        assertTrue(shell().err().contains("--force"), shell().err());
        Files.delete(folder.resolve("a.pem"));
        assertEquals(ExitCode.WANTING, shell().run("security gen-client-cert --cn b --output a.pem"));
        assertArrayEquals(key, Files.readAllBytes(folder.resolve("a-key.pem")));
        shell().done("security gen-client-cert --cn b --output a.pem --force");

        byte[] ca = Files.readAllBytes(folder.resolve("ca/ca.key"));
        assertEquals(ExitCode.WANTING, shell().run("security init-ca"));
        assertArrayEquals(ca, Files.readAllBytes(folder.resolve("ca/ca.key")));
        shell().done("security init-ca --force");
        assertArrayEquals(ca, Files.readAllBytes(folder.resolve("ca/ca.key.old")));
        assertEquals("rw-------", mode("ca/ca.key.old"));
    }

    @Test
    void signsNothingBeyondTheAuthoritysOwnTime() throws Exception {
        shell().done("security init-ca --days 30").done("security gen-client-cert --cn a --output a.pem");
        assertEquals(
                certificate("ca/ca.crt").getNotAfter(), certificate("a.pem").getNotAfter());
        assertTrue(shell().out().contains("when its authority ends"), shell().out());
        now = now.plus(Duration.ofDays(31));
        assertEquals(ExitCode.WANTING, shell().run("security gen-client-cert --cn b --output b.pem"));
        assertTrue(shell().err().contains("expired"), shell().err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca", "ca/ca.key"})
    void worksInNoFolderThatOthersCanRead(String file) throws Exception {
        shell().done("security init-ca");
        Files.setPosixFilePermissions(folder.resolve(file), PosixFilePermissions.fromString("rwxr-x---"));
        assertEquals(ExitCode.WANTING, shell().run("security gen-client-cert --cn b --output b.pem"));
        assertTrue(shell().err().contains("chmod"), shell().err());
    }

    @Test
    void needsAnAuthority() {
        assertEquals(ExitCode.WANTING, shell().run("security gen-client-cert --cn b --output b.pem"));
        assertTrue(shell().err().contains("init-ca"), shell().err());
    }

    @Test
    void renewsWithANewKeyAndKeepsTheOldPair() throws Exception {
        shell().done("security init-ca")
                .done("security gen-client-cert --cn a --dns a.example --spiffe spiffe://x/y --days 10 --output a.pem");
        X509Certificate old = certificate("a.pem");
        byte[] oldKey = Files.readAllBytes(folder.resolve("a-key.pem"));
        now = now.plus(Duration.ofDays(9));
        shell().done("security renew a.pem");
        X509Certificate fresh = certificate("a.pem");
        assertEquals(old.getSubjectX500Principal(), fresh.getSubjectX500Principal());
        assertEquals(List.copyOf(old.getSubjectAlternativeNames()), List.copyOf(fresh.getSubjectAlternativeNames()));
        assertEquals(old.getExtendedKeyUsage(), fresh.getExtendedKeyUsage());
        assertEquals(now.plus(Duration.ofDays(10)), fresh.getNotAfter().toInstant(), "as long as the old one");
        assertNotEquals(old.getPublicKey(), fresh.getPublicKey());
        assertNotEquals(old.getSerialNumber(), fresh.getSerialNumber());
        assertEquals(old, certificate("a.pem.old"));
        assertArrayEquals(oldKey, Files.readAllBytes(folder.resolve("a-key.pem.old")));
        assertEquals("rw-------", mode("a-key.pem.old"));
        assertEquals("rw-------", mode("a-key.pem"));
    }

    @Test
    void renewsForTheSameKeyIfAsked() throws Exception {
        shell().done("security init-ca").done("security gen-client-cert --cn a --output a.pem");
        X509Certificate old = certificate("a.pem");
        Files.delete(folder.resolve("a-key.pem"));
        assertEquals(ExitCode.WANTING, shell().run("security renew a.pem"));
        assertTrue(shell().err().contains("--keep-key"), shell().err());
        assertEquals(old, certificate("a.pem"));
        shell().done("security renew a.pem --keep-key --days 5");
        assertEquals(old.getPublicKey(), certificate("a.pem").getPublicKey());
        assertEquals(
                now.plus(Duration.ofDays(5)), certificate("a.pem").getNotAfter().toInstant());
        assertFalse(Files.exists(folder.resolve("a-key.pem")));
    }

    @Test
    void revokesAndTellsSoFromThenOn() throws Exception {
        shell().done("security init-ca")
                .done("security gen-client-cert --cn a --output a.pem")
                .done("security gen-client-cert --cn b --output b.pem");
        assertEquals(ExitCode.DONE, shell().run("security cert-status a.pem b.pem"), shell().out());
        shell().done("security revoke a.pem --reason key_compromise");
        var list = Pem.revocationLists(folder.resolve("ca/ca.crl")).getFirst();
        list.verify(certificate("ca/ca.crt").getPublicKey());
        assertTrue(list.isRevoked(certificate("a.pem")));
        assertFalse(list.isRevoked(certificate("b.pem")));

        assertEquals(ExitCode.WANTING, shell().run("security cert-status --output json a.pem b.pem"));
        JsonNode status = shell().json();
        assertEquals("revoked", status.get(0).path("state").asString());
        assertEquals("ok", status.get(1).path("state").asString());
        assertEquals("no", status.get(1).path("revoked").asString());

        assertEquals(ExitCode.WANTING, shell().run("security renew a.pem"), "a revoked one is not renewed");
        shell().done("security revoke a.pem");
        assertTrue(shell().out().contains("already"), shell().out());
        String serial = certificate("b.pem").getSerialNumber().toString(16);
        shell().done("security revoke --serial " + serial).done("security gen-crl");
        list = Pem.revocationLists(folder.resolve("ca/ca.crl")).getFirst();
        assertTrue(list.isRevoked(certificate("a.pem")) && list.isRevoked(certificate("b.pem")));
        assertEquals(ExitCode.WANTING, shell().run("security revoke --serial 1234"));
    }

    @Test
    void revokesNothingOfAnotherAuthority() {
        shell().done("security init-ca").done("security init-ca --ca-dir other");
        shell().done("security gen-client-cert --ca-dir other --cn a --output a.pem");
        assertEquals(ExitCode.WANTING, shell().run("security revoke a.pem"));
        assertEquals(ExitCode.WANTING, shell().run("security renew a.pem"));
        assertEquals(ExitCode.WANTING, shell().run("security revoke ca/ca.crt"));
    }

    @ParameterizedTest
    @CsvSource({"0, ok, 0", "59, ok, 0", "61, soon, 1", "91, expired, 1"})
    void tellsHowLongCertificatesAreGood(int days, String state, int code) {
        shell().done("security init-ca").done("security gen-client-cert --cn a --output a.pem");
        now = now.plus(Duration.ofDays(days));
        assertEquals(code, shell().run("security cert-status a.pem --output json"));
        assertEquals(state, shell().json().get(0).path("state").asString());
        assertEquals(90 - days, shell().json().get(0).path("days_left").asInt());
        assertEquals(code, shell().run("security cert-status a.pem"));
        assertTrue(shell().out().startsWith(state), shell().out());
        if (state.equals("soon")) assertEquals(0, shell().run("security cert-status a.pem --warn 10d"));
    }

    @Test
    void looksAtAllThatTheConfigurationNames() throws Exception {
        shell().done("security init-ca")
                .done("security gen-server-cert --cn localhost --dns localhost --output gw.pem");
        Files.writeString(folder.resolve("pavise.yaml"), """
                tls: {cert: gw.pem, key: gw-key.pem, client_ca: ca/ca.crt, client_crl: ca/ca.crl}
                upstreams: {}
                routes: []
                """);
        assertEquals(ExitCode.DONE, shell().run("security cert-status"), shell().out());
        now = now.plus(Duration.ofDays(21));
        assertEquals(ExitCode.WANTING, shell().run("security cert-status --output json"), "the list is due in 9 days");
        assertEquals(
                List.of("server ok", "client_ca ok", "crl soon"),
                shell().json()
                        .valueStream()
                        .map(each -> each.path("name").asString() + " "
                                + each.path("state").asString())
                        .toList());
        assertEquals(ExitCode.DONE, shell().run("security cert-status --config pavise.yaml --warn 5d"));
        assertEquals(ExitCode.WANTING, shell().run("security cert-status --config nowhere.yaml"));
        assertEquals(ExitCode.WANTING, shell().run("security cert-status nowhere.pem"));
    }
}
