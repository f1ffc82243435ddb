package dev.pavise.runner.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CallerTrustTest {
    private static final TestCa CA = TestCa.create("clients");
    private static final TestCa OTHER = TestCa.create("clients");
    private static final String SPIFFE = "spiffe://example.org/gateway";
    private static final Instant NOW = Instant.now();

    @TempDir
    private Path folder;

    private CallerTrust trust() throws BadMaterialException {
        return CallerTrust.load(
                CA.writeCert(folder.resolve("ca.crt")), List.of("Gateway.example", SPIFFE), InstantSource.system());
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(CallerFault.NAME_NOT_PINNED, CA.client("other.example")),
                Arguments.of(CallerFault.NAME_NOT_PINNED, CA.client("a.gateway.example")),
                Arguments.of(CallerFault.NAME_NOT_PINNED, CA.client("*.example")),
                Arguments.of(CallerFault.NAME_NOT_PINNED, CA.nameless()),
                Arguments.of(CallerFault.NAME_NOT_PINNED, CA.nameless().uri("spiffe://example.org/gateway/other")),
                Arguments.of(CallerFault.NAME_NOT_PINNED, CA.nameless().uri("SPIFFE://example.org/gateway")),
                Arguments.of(
                        CallerFault.NAME_AMBIGUOUS, CA.nameless().uri(SPIFFE).uri("spiffe://example.org/b")),
                Arguments.of(CallerFault.UNTRUSTED, OTHER.client("gateway.example")),
                Arguments.of(
                        CallerFault.EXPIRED,
                        CA.client("gateway.example").valid(NOW.minus(Duration.ofDays(9)), Duration.ofDays(8))),
                Arguments.of(
                        CallerFault.NOT_YET_VALID,
                        CA.client("gateway.example").valid(NOW.plus(Duration.ofDays(1)), Duration.ofDays(8))),
                Arguments.of(
                        CallerFault.WRONG_USAGE, CA.client("gateway.example").usage(KeyPurposeId.id_kp_serverAuth)),
                Arguments.of(
                        CallerFault.WRONG_USAGE, CA.client("gateway.example").noUsage()),
                Arguments.of(
                        CallerFault.WRONG_USAGE, CA.client("gateway.example").keyUsage(KeyUsage.keyAgreement)),
                Arguments.of(
                        CallerFault.AUTHORITY_AS_CALLER,
                        CA.client("gateway.example").authority()),
                Arguments.of(CallerFault.WEAK_KEY, CA.client("gateway.example", TestCa.newKey("RSA", 1024))));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses(CallerFault fault, TestCa.Request spoilt) throws Exception {
        assertEquals(
                new Caller.Refused(fault), trust().judge(List.of(spoilt.issue().certificate())));
    }

    @Test
    void knowsPinnedNamesOnly() throws Exception {
        CallerTrust trust = trust();
        assertEquals(
                new Caller.Known("gateway.example"),
                trust.judge(List.of(CA.client("GATEWAY.example").issue().certificate())));
        assertEquals(
                new Caller.Known(SPIFFE),
                trust.judge(List.of(CA.nameless().uri(SPIFFE).issue().certificate())));
    }

    @Test
    void refusesWhoShowsNothing() throws Exception {
        assertEquals(new Caller.Refused(CallerFault.MISSING), trust().judge(List.of()));
    }

    @Test
    void takesNoLeafForAnAuthority() {
        Path leaf = CA.client("gateway.example").issue().writeCert(folder.resolve("leaf.crt"));
        BadMaterialException refused = assertThrows(
                BadMaterialException.class,
                () -> CallerTrust.load(leaf, List.of("gateway.example"), InstantSource.system()));
        assertTrue(refused.problem().contains("is not the certificate of an authority"), refused.problem());
    }
}
