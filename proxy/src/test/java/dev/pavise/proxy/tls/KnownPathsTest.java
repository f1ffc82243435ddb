package dev.pavise.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of client certificates spares signatures, and nothing else. */
final class KnownPathsTest {

    private static final TestCa CA = TestCa.create("clients");

    @TempDir
    private Path folder;

    private Instant now = Instant.now();

    @Test
    void readsAChainOnceForAllWhoShowIt() throws Exception {
        ClientTrust trust = trust(null);
        List<X509Certificate> shown =
                CA.intermediate("middle").client("x").issue().chain();
        assertEquals(Optional.empty(), trust.check(shown));
        assertSame(shown.getFirst(), trust.asKnown(again(shown)).getFirst());
        assertEquals(Optional.empty(), trust.check(again(shown)));
    }

    @Test
    void asksTheTimeOfEveryCertificateEachTime() throws Exception {
        TestCa middle = CA.intermediate("middle");
        List<X509Certificate> shown = middle.client("x")
                .valid(now.minus(Duration.ofDays(1)), Duration.ofDays(9000))
                .issue()
                .chain();
        ClientTrust trust = trust(null);
        assertEquals(Optional.empty(), trust.check(shown));
        now = middle.own().certificate().getNotAfter().toInstant().plusSeconds(1);
        assertTrue(trust.check(shown).isPresent());
        assertEquals(trust(null).check(shown), trust.check(shown));
        now = Instant.now().minus(Duration.ofDays(2));
        assertEquals(Optional.of(CertificateFault.NOT_YET_VALID), trust.check(shown));
    }

    @Test
    void asksTheRevocationListEachTime() throws Exception {
        TestCa.Issued revoked = CA.client("revoked").issue();
        ClientTrust trust = trust(TestCa.write(folder.resolve("crl.pem"), CA.revocationList(revoked.certificate())));
        List<X509Certificate> good = CA.client("good").issue().chain();
        for (int time = 0; time < 2; time++) {
            assertEquals(Optional.of(CertificateFault.REVOKED), trust.check(revoked.chain()));
            assertEquals(Optional.empty(), trust.check(good));
        }
        now = now.plus(Duration.ofDays(2));
        assertEquals(Optional.of(CertificateFault.REVOCATION_LIST_EXPIRED), trust.check(good));
    }

    @Test
    void takesNoOtherBytesForThoseItKnows() throws Exception {
        ClientTrust trust = trust(null);
        List<X509Certificate> shown = CA.client("x").issue().chain();
        assertEquals(Optional.empty(), trust.check(shown));
        byte[] forged = shown.getFirst().getEncoded();
        forged[forged.length - 1] ^= 1; // in the signature
        assertEquals(Optional.of(CertificateFault.UNTRUSTED), trust.check(List.of(read(forged))));
    }

    @Test
    void forgetsWithTheAuthoritiesItBelongsTo() throws Exception {
        List<X509Certificate> shown = CA.client("x").issue().chain();
        assertEquals(Optional.empty(), trust(null).check(shown));
        TestCa others = TestCa.create("others");
        ClientTrust later =
                ClientTrust.load(others.writeCert(folder, "others.crt"), null, () -> now, new ArrayList<>());
        assertEquals(Optional.of(CertificateFault.UNTRUSTED), later.check(shown));
    }

    @Test
    void keepsNothingThatACallerCanMakeUp() throws Exception {
        ClientTrust trust = trust(null);
        List<X509Certificate> foreign =
                TestCa.create("others").client("x").issue().chain();
        assertEquals(Optional.of(CertificateFault.UNTRUSTED), trust.check(foreign));
        assertTrue(isForgotten(trust, foreign));
        List<X509Certificate> padded = new ArrayList<>(CA.client("x").issue().chain());
        padded.add(TestCa.selfSigned("CN=padding").certificate());
        assertEquals(Optional.empty(), trust.check(padded));
        assertTrue(isForgotten(trust, padded));
    }

    @Test
    void keepsSoManyAndNoMore() throws Exception {
        KnownPaths paths = new KnownPaths();
        KeyPair one = TestCa.newKey("EC", 256);
        List<List<X509Certificate>> all = new ArrayList<>();
        for (int i = 0; i <= KnownPaths.MOST; i++) {
            List<X509Certificate> shown = CA.request("CN=" + i, one)
                    .usage(KeyPurposeId.id_kp_clientAuth)
                    .issue()
                    .chain();
            all.add(shown);
            paths.remember(KnownPaths.Known.of(shown, shown, CA.own().certificate()));
        }
        assertNull(paths.find(all.getFirst(), now));
        assertNotNull(paths.find(all.getLast(), now));
        assertNotNull(paths.find(all.get(1), now));
    }

    private static boolean isForgotten(ClientTrust trust, List<X509Certificate> shown) throws CertificateException {
        List<X509Certificate> copy = again(shown);
        return trust.asKnown(copy).getFirst() == copy.getFirst();
    }

    private ClientTrust trust(@Nullable Path crl) throws Exception {
        return ClientTrust.load(CA.writeCert(folder, "clients.crt"), crl, () -> now, new ArrayList<>());
    }

    private static List<X509Certificate> again(List<X509Certificate> shown) throws CertificateException {
        List<X509Certificate> copy = new ArrayList<>();
        for (X509Certificate each : shown)
            copy.add(new io.netty.handler.ssl.util.LazyX509Certificate(each.getEncoded()));
        return copy;
    }

    private static X509Certificate read(byte[] encoded) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }
}
