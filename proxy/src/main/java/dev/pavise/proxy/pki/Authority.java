package dev.pavise.proxy.pki;

import dev.pavise.policy.certificate.KeyPairs;
import dev.pavise.policy.identity.CertificateName;
import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pem.Fingerprint;
import dev.pavise.proxy.pem.Pem;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority in a folder: {@code ca.crt}, {@code ca.key} (0600), {@code ca.crl} and {@code issued.jsonl}.
 *
 * <p>Guarantees, against a crash at any point: no certificate is handed out that the books do not know, and no revocation that
 * was told is forgotten by a later list. A client's certificate is handed out only if the gateway would take a name from it. It
 * does not hold against whoever can read the folder: with {@code ca.key} anybody can be made.
 */
public final class Authority implements AutoCloseable {

    private static final String MALFORMED_SPIFFE_ID =
            "the SPIFFE ID is malformed: write spiffe://trust-domain/path, the domain in lower case, the path of"
                    + " letters, digits, dots, dashes and underscores";

    private final AuthorityFolder folder;
    private final Signer signer;
    private final Books books;
    private final InstantSource clock;
    private Instant listDue = Instant.MIN;

    private Authority(AuthorityFolder folder, Signer signer, Books books, InstantSource clock) {
        this.folder = folder;
        this.signer = signer;
        this.books = books;
        this.clock = clock;
    }

    /** Makes a new one, with an empty revocation list. With {@code replace} an old one is kept as {@code .old}. */
    public static Authority create(
            Path place, String commonName, Duration life, Duration listLife, boolean replace, InstantSource clock)
            throws IOException, GeneralSecurityException, PkiRefusal {
        SubjectNames.of(commonName).check(CertificateUse.CLIENT);
        AuthorityFolder folder = AuthorityFolder.prepare(place, replace);
        Signer made = Signer.selfSigned(commonName, Keys.generate(), clock.instant(), life);
        Authority authority = new Authority(folder, made, Books.open(folder.books()), clock);
        try {
            PrivateFiles.writeKey(folder.key(), made.key());
            PrivateFiles.writeCertificates(folder.certificate(), List.of(made.certificate()));
            authority.writeList(listLife);
            return authority;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            authority.close();
            throw e;
        }
    }

    /** Takes the one in a folder, if its certificate is that of an authority, in date, and fits its key. */
    public static Authority open(Path place, InstantSource clock) throws IOException, PkiRefusal {
        AuthorityFolder folder = AuthorityFolder.existing(place);
        try {
            X509Certificate certificate = Pem.certificates(folder.certificate()).getFirst();
            Signer signer = new Signer(certificate, Pem.privateKey(folder.key()));
            check(folder, signer, clock.instant());
            return new Authority(folder, signer, Books.open(folder.books()), clock);
        } catch (BadMaterialException e) {
            throw new PkiRefusal(e.problem());
        }
    }

    private static void check(AuthorityFolder folder, Signer signer, Instant now) throws PkiRefusal {
        X509Certificate certificate = signer.certificate();
        if (certificate.getBasicConstraints() < 0) {
            throw new PkiRefusal(folder.certificate() + ": is not the certificate of an authority (basic constraints)");
        }
        if (!now.isBefore(certificate.getNotAfter().toInstant())) {
            throw new PkiRefusal(folder.certificate() + ": expired at "
                    + certificate.getNotAfter().toInstant() + "; make a new authority with `security init-ca`");
        }
        if (!KeyPairs.fit(certificate.getPublicKey(), signer.key())) {
            throw new PkiRefusal(folder.key() + ": is not the key of " + folder.certificate());
        }
    }

    /** What those who are to trust its certificates have to know. */
    public X509Certificate certificate() {
        return signer.certificate();
    }

    /** Where its newest revocation list lies. */
    public Path list() {
        return folder.list();
    }

    /** When the list after the one that was written last is due. */
    public Instant listDue() {
        return listDue;
    }

    /** A certificate for these names and this key. Shorter than asked for where the authority ends sooner. */
    public X509Certificate issue(SubjectNames names, CertificateUse use, PublicKey key, Duration life)
            throws IOException, GeneralSecurityException, PkiRefusal {
        names.check(use);
        X509Certificate made = signer.issue(names, use, key, clock.instant(), life);
        checkCaller(made, use, names.spiffe());
        remember(made, use.code(), names.listed());
        return made;
    }

    /** A certificate for the names and the use of another that this authority issued and did not revoke. */
    public X509Certificate reissue(X509Certificate old, PublicKey key, Duration life)
            throws IOException, GeneralSecurityException, PkiRefusal {
        String serial = old.getSerialNumber().toString(16);
        if (!signer.signed(old)) {
            throw new PkiRefusal("the certificate with serial " + serial + " is not one of this authority's");
        }
        if (books.revoked(old.getSerialNumber()).isPresent()) {
            throw new PkiRefusal("the certificate with serial " + serial + " is revoked; issue a new one if its owner"
                    + " is to have one again");
        }
        CertificateUse use = CertificateUse.of(old)
                .filter(found -> old.getBasicConstraints() < 0)
                .orElseThrow(() -> new PkiRefusal("the certificate with serial " + serial
                        + " is none for a client, node or server (extended key usage)"));
        X500Name subject = X500Name.getInstance(old.getSubjectX500Principal().getEncoded());
        X509Certificate made =
                signer.issue(subject, Alternatives.of(old).orElse(null), use, key, clock.instant(), life);
        checkCaller(made, use, null);
        remember(made, use.code(), Alternatives.listed(made));
        return made;
    }

    /** From now on the certificate does not count. The list is written anew in any case. Empty: it was revoked already. */
    public Optional<RevokedCertificate> revoke(BigInteger serial, RevocationReason reason, Duration listLife)
            throws IOException, GeneralSecurityException {
        Optional<RevokedCertificate> gone = books.revoked(serial).isPresent()
                ? Optional.empty()
                : Optional.of(new RevokedCertificate(serial, clock.instant(), reason));
        if (gone.isPresent()) books.revoke(gone.get());
        writeList(listLife);
        return gone;
    }

    /** Writes the revocation list anew. */
    public void writeList(Duration life) throws IOException, GeneralSecurityException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant next = now.plus(life);
        PrivateFiles.writeRevocationList(folder.list(), signer.list(books.revoked(), books.nextList(now), now, next));
        listDue = next;
    }

    /** Whether this authority signed a certificate. */
    public boolean issued(X509Certificate certificate) {
        return signer.signed(certificate);
    }

    /** What the books say of a serial number. */
    public Optional<IssuedCertificate> issued(BigInteger serial) {
        return books.issued(serial);
    }

    /** What the books say of a serial number. */
    public Optional<RevokedCertificate> revoked(BigInteger serial) {
        return books.revoked(serial);
    }

    // The gateway's own rules decide, so that what is issued is what is accepted.
    private void checkCaller(X509Certificate made, CertificateUse use, @Nullable String spiffe) throws PkiRefusal {
        if (!use.calls()) return;
        switch (CertificateName.of(made, clock.instant())) {
            case CertificateName.Named(String name) -> {
                // What does not even begin as a SPIFFE ID would be passed over for the next name.
                if (spiffe != null && !name.equals(spiffe)) throw new PkiRefusal(MALFORMED_SPIFFE_ID);
            }
            case CertificateName.Refused(CertificateName.Reason reason) -> throw new PkiRefusal(why(reason));
        }
    }

    private static String why(CertificateName.Reason reason) {
        return switch (reason) {
            case MALFORMED_SPIFFE_ID -> MALFORMED_SPIFFE_ID;
            case SEVERAL_URIS -> "a caller has one SPIFFE ID and no other URI";
            case MALFORMED -> "the name is none that a caller can have: a wildcard, or odd characters";
            case WEAK_KEY, WEAK_SIGNATURE -> "the key is too weak";
            case NO_NAME -> "there is no name in it";
            case NOT_YET_VALID, EXPIRED, CERTIFICATE_AUTHORITY, WRONG_USAGE ->
                "the gateway would not take it: " + reason.code();
        };
    }

    private void remember(X509Certificate made, String use, List<String> names)
            throws IOException, GeneralSecurityException {
        books.issue(
                new IssuedCertificate(
                        made.getSerialNumber(), use, names, made.getNotAfter().toInstant(), Fingerprint.of(made)),
                clock.instant());
    }

    @Override
    public void close() throws IOException {
        books.close();
    }
}
