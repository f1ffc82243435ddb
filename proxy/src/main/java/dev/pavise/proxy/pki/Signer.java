package dev.pavise.proxy.pki;

import dev.pavise.policy.certificate.KeyPairs;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An authority's certificate and key, and what they sign: certificates and revocation lists (RFC 5280). Touches no file.
 *
 * <p>Guarantees: serial numbers have 126 random bits; an authority signs leaves only (path length 0); nothing it signs outlives
 * it; a leaf is no authority, may only sign handshakes, and is for the uses that were asked for. Whether a name belongs to
 * whoever asks for it is not looked at here.
 */
public record Signer(X509Certificate certificate, PrivateKey key) {

    /** Clocks differ: what is made now must count on a machine that is a little behind. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private static final SecureRandom RANDOM = new SecureRandom();

    /** An authority that nobody stands above. */
    public static Signer selfSigned(String commonName, KeyPair pair, Instant now, Duration life)
            throws GeneralSecurityException {
        return selfSigned(commonName, pair, now, life, null);
    }

    /** The same, for these names alone. */
    public static Signer selfSigned(
            String commonName, KeyPair pair, Instant now, Duration life, @Nullable NameConstraints only)
            throws GeneralSecurityException {
        X500Name name = SubjectNames.of(commonName).subject();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name, serial(), Date.from(now.minus(BACKDATED)), Date.from(now.plus(life)), name, pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            if (only != null) builder.addExtension(Extension.nameConstraints, true, only);
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        } catch (IOException e) {
            throw unwritable(e);
        }
        return new Signer(signed(builder, pair.getPrivate()), pair.getPrivate());
    }

    /** A leaf for these names. It ends when its life does, or when the authority does if that is sooner. */
    public X509Certificate issue(SubjectNames names, CertificateUse use, PublicKey subject, Instant now, Duration life)
            throws GeneralSecurityException {
        return issue(names.subject(), names.hasAlternatives() ? names.alternatives() : null, use, subject, now, life);
    }

    X509Certificate issue(
            X500Name name,
            @Nullable GeneralNames alternatives,
            CertificateUse use,
            PublicKey subject,
            Instant now,
            Duration life)
            throws GeneralSecurityException {
        Instant end = earlier(now.plus(life), certificate.getNotAfter().toInstant());
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                ownName(), serial(), Date.from(now.minus(BACKDATED)), Date.from(end), name, subject);
        try {
            if (alternatives != null) builder.addExtension(Extension.subjectAlternativeName, false, alternatives);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(use.purposes().toArray(new KeyPurposeId[0])));
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(subject));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    ids.createAuthorityKeyIdentifier(certificate.getPublicKey()));
        } catch (IOException e) {
            throw unwritable(e);
        }
        return signed(builder, key);
    }

    /** A whole revocation list. Its number has to be higher than that of every list before it. */
    X509CRL list(Collection<RevokedCertificate> revoked, long number, Instant now, Instant next)
            throws GeneralSecurityException {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(ownName(), Date.from(now.minus(BACKDATED)));
        builder.setNextUpdate(Date.from(next));
        for (RevokedCertificate each : revoked) {
            builder.addCRLEntry(
                    each.serial(), Date.from(each.at()), each.reason().number());
        }
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate.getPublicKey()));
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(number)));
            return new JcaX509CRLConverter().getCRL(builder.build(signer(key)));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Whether this authority signed a certificate. */
    public boolean signed(X509Certificate other) {
        if (!other.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) return false;
        try {
            other.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            // Another authority of the same name, or a forgery: neither is ours.
            return false;
        }
    }

    private X500Name ownName() {
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static BigInteger serial() {
        return new BigInteger(127, RANDOM).setBit(126);
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer(key)));
    }

    private static ContentSigner signer(PrivateKey key) throws GeneralSecurityException {
        try {
            return new JcaContentSignerBuilder(KeyPairs.signatureOf(key)).build(key);
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("nothing can be signed with this key", e);
        }
    }

    private static GeneralSecurityException unwritable(IOException cause) {
        return new GeneralSecurityException("the extensions could not be written", cause);
    }

    @Override
    public String toString() {
        return "Signer[" + certificate.getSubjectX500Principal() + "]";
    }
}
