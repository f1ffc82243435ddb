package dev.pavise.proxy.pki;

import dev.pavise.policy.Quoted;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.jspecify.annotations.Nullable;

/**
 * Whom a certificate is for: what stands in its subject and its alternative names, and nothing else.
 *
 * @param commonName at most 64 characters, as X.520 has it
 * @param dns host names in lower case; the first label may be {@code *}
 * @param addresses IP addresses as literals
 * @param spiffe a SPIFFE ID; one at most, as an identity is one (X509-SVID, section 2)
 */
public record SubjectNames(
        String commonName,
        List<String> dns,
        List<String> addresses,
        @Nullable String spiffe) {

    private static final int LONGEST_COMMON_NAME = 64;
    private static final int LONGEST_HOST = 253;
    private static final int MOST_NAMES = 100;
    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?" + LABEL + "(\\." + LABEL + ")*");

    /** Copies the lists, and drops what stands there twice. */
    public SubjectNames {
        Objects.requireNonNull(commonName);
        dns = dns.stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().toList();
        addresses = addresses.stream().distinct().toList();
    }

    /** A common name and nothing beside it. */
    public static SubjectNames of(String commonName) {
        return new SubjectNames(commonName, List.of(), List.of(), null);
    }

    /** Refuses what cannot stand in a certificate for this use. Whether a caller could be told by it is seen once it is made. */
    void check(CertificateUse use) throws PkiRefusal {
        checkCommonName();
        if (dns.size() + addresses.size() > MOST_NAMES) {
            throw new PkiRefusal("more than " + MOST_NAMES + " names are too many for one certificate");
        }
        for (String name : dns) {
            if (name.length() > LONGEST_HOST || !HOST.matcher(name).matches()) {
                throw new PkiRefusal("DNS name `" + Quoted.of(name) + "` is not a host name");
            }
        }
        for (String address : addresses) checkAddress(address);
        if (use == CertificateUse.SERVER && spiffe != null) {
            throw new PkiRefusal("a SPIFFE ID is a caller's name; a server certificate has DNS names and addresses");
        }
        if (use.isCalled() && dns.isEmpty() && addresses.isEmpty() && spiffe == null) {
            throw new PkiRefusal("a " + use.code()
                    + " certificate needs a DNS name or an address: clients do not look at the common name");
        }
    }

    private void checkCommonName() throws PkiRefusal {
        boolean fit = !commonName.isBlank()
                && commonName.length() <= LONGEST_COMMON_NAME
                && commonName.equals(commonName.strip())
                && Quoted.isPlain(commonName);
        if (!fit) {
            throw new PkiRefusal("common name `" + Quoted.of(commonName) + "` is not 1 to " + LONGEST_COMMON_NAME
                    + " plain characters without blanks at its ends");
        }
    }

    private static void checkAddress(String address) throws PkiRefusal {
        try {
            var _ = InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            throw new PkiRefusal("address `" + Quoted.of(address) + "` is not an IP address");
        }
    }

    X500Name subject() {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    boolean hasAlternatives() {
        return !dns.isEmpty() || !addresses.isEmpty() || spiffe != null;
    }

    GeneralNames alternatives() {
        List<GeneralName> names = new ArrayList<>();
        if (spiffe != null) names.add(new GeneralName(GeneralName.uniformResourceIdentifier, spiffe));
        for (String name : dns) names.add(new GeneralName(GeneralName.dNSName, name));
        for (String address : addresses) names.add(new GeneralName(GeneralName.iPAddress, address));
        return new GeneralNames(names.toArray(new GeneralName[0]));
    }

    /** Each with its kind before it, for people. */
    public List<String> listed() {
        List<String> all = new ArrayList<>();
        all.add("CN=" + commonName);
        if (spiffe != null) all.add("URI:" + spiffe);
        for (String name : dns) all.add("DNS:" + name);
        for (String address : addresses) all.add("IP:" + address);
        return all;
    }
}
