package dev.pavise.proxy.tls;

import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pem.Pem;
import dev.pavise.proxy.pem.PrivateFiles;
import dev.pavise.proxy.pki.CertificateUse;
import dev.pavise.proxy.pki.Keys;
import dev.pavise.proxy.pki.Signer;
import dev.pavise.proxy.pki.SubjectNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority of this machine's own, for a gateway that is tried out on loopback before it has a certificate.
 *
 * <p>It lies in the data directory ({@code ca.crt}, {@code ca.key}, {@code gateway.crt}, {@code gateway.key}), keys 0600. Its
 * server certificates can be for this machine only (name constraints), live 30 days, and are renewed by {@link #open} when a
 * third of that is left. Whoever can read {@code ca.key} can pose as any client of a door that has {@code ca.crt} as its client
 * CA; it is for trying things out, not for production.
 */
public final class ThrowawayCa {

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(365);
    private static final Duration LEAF_LIFE = Duration.ofDays(30);
    private static final Duration RENEWED_BEFORE = Duration.ofDays(10);
    private static final SubjectNames HERE =
            new SubjectNames("localhost", List.of("localhost"), List.of("127.0.0.1", "::1"), null);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final InstantSource clock;
    private final Signer issuer;

    private ThrowawayCa(Path folder, InstantSource clock, Signer issuer) {
        this.folder = folder;
        this.clock = clock;
        this.issuer = issuer;
    }

    /** Takes the authority of a folder, or makes one; either way its server certificate is good for at least ten days. */
    public static TlsMaterial<ThrowawayCa> open(Path folder, InstantSource clock) {
        List<String> warnings = new ArrayList<>();
        try {
            PrivateFiles.makeFolder(folder);
            Signer issuer = existing(folder, clock.instant(), warnings);
            if (issuer == null) issuer = create(folder, clock.instant());
            ThrowawayCa authority = new ThrowawayCa(folder, clock, issuer);
            if (!authority.serverIsGood()) authority.makeServer();
            return new TlsMaterial.Ready<>(authority, warnings);
        } catch (IOException | GeneralSecurityException e) {
            return new TlsMaterial.Refused<>(
                    List.of(folder + ": a throwaway certificate cannot be made there: " + e.getMessage()));
        }
    }

    /** What clients have to trust. */
    public Path ca() {
        return folder.resolve("ca.crt");
    }

    /** The server certificate for {@code localhost}, {@code 127.0.0.1} and {@code ::1}. */
    public Path cert() {
        return folder.resolve("gateway.crt");
    }

    /** The key of the server certificate. */
    public Path key() {
        return folder.resolve("gateway.key");
    }

    /** Makes a client certificate with this common name, and a key for it (0600). It lives 30 days. */
    public void makeClient(String commonName, Path cert, Path key) throws IOException, GeneralSecurityException {
        KeyPair pair = Keys.generate();
        X509Certificate made = client(issuer, commonName, pair.getPublic(), clock.instant());
        PrivateFiles.writeKey(key, pair.getPrivate());
        PrivateFiles.writeCertificates(cert, List.of(made));
    }

    private static @Nullable Signer existing(Path folder, Instant now, List<String> warnings) {
        Path cert = folder.resolve("ca.crt");
        if (!Files.exists(cert)) return null;
        try {
            X509Certificate certificate = Pem.certificates(cert).getFirst();
            Signer found = new Signer(certificate, Pem.privateKey(folder.resolve("ca.key")));
            KeyPair probe = Keys.generate();
            client(found, "probe", probe.getPublic(), now).verify(certificate.getPublicKey());
            Instant needed = now.plus(LEAF_LIFE);
            if (certificate.getNotAfter().toInstant().isAfter(needed)) return found;
            warnings.add(cert + ": was about to expire and is made anew; clients have to trust the new one");
        } catch (BadMaterialException e) {
            warnings.add(e.problem() + "; made anew, clients have to trust the new " + cert);
        } catch (GeneralSecurityException | RuntimeException e) {
            warnings.add(cert + ": does not fit its key and is made anew; clients have to trust the new one");
        }
        return null;
    }

    private static X509Certificate client(Signer issuer, String commonName, PublicKey key, Instant now)
            throws GeneralSecurityException {
        return issuer.issue(SubjectNames.of(commonName), CertificateUse.CLIENT, key, now, LEAF_LIFE);
    }

    /** Its server names are constrained to this machine, so that trusting it elsewhere gains a thief nothing. */
    private static Signer create(Path folder, Instant now) throws IOException, GeneralSecurityException {
        GeneralSubtree[] here = {
            new GeneralSubtree(new GeneralName(GeneralName.dNSName, "localhost")),
            new GeneralSubtree(new GeneralName(GeneralName.iPAddress, "127.0.0.0/8")),
            new GeneralSubtree(new GeneralName(GeneralName.iPAddress, "::1/128"))
        };
        String name = "Pavise throwaway CA " + Long.toHexString(RANDOM.nextLong());
        Signer made = Signer.selfSigned(name, Keys.generate(), now, AUTHORITY_LIFE, new NameConstraints(here, null));
        PrivateFiles.writeKey(folder.resolve("ca.key"), made.key());
        PrivateFiles.writeCertificates(folder.resolve("ca.crt"), List.of(made.certificate()));
        return made;
    }

    private boolean serverIsGood() {
        if (!Files.exists(cert()) || !Files.exists(key())) return false;
        try {
            OwnKey own = OwnKey.ofServer(cert(), key(), clock.instant());
            own.chain().getFirst().verify(issuer.certificate().getPublicKey());
            Instant end = own.chain().getFirst().getNotAfter().toInstant();
            return end.isAfter(clock.instant().plus(RENEWED_BEFORE));
        } catch (BadMaterialException | GeneralSecurityException e) {
            // Expired, from an older authority, or damaged: each ends in a new one.
            return false;
        }
    }

    private void makeServer() throws IOException, GeneralSecurityException {
        KeyPair pair = Keys.generate();
        X509Certificate made = issuer.issue(HERE, CertificateUse.SERVER, pair.getPublic(), clock.instant(), LEAF_LIFE);
        PrivateFiles.writeKey(key(), pair.getPrivate());
        PrivateFiles.writeCertificates(cert(), List.of(made));
    }
}
