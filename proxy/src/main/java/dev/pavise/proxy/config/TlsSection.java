package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code tls}. */
final class TlsSection {

    private static final Key<Path> CERT = Key.optional(
            "cert",
            Scalars.file("a PEM file"),
            "the certificate chain, own certificate first; default: a throwaway one, for loopback only");
    private static final Key<Path> KEY = Key.optional("key", Scalars.file("a PEM file"), "the private key of cert");
    private static final Key<Path> CLIENT_CA =
            Key.optional("client_ca", Scalars.file("a PEM file"), "authorities whose client certificates are believed");
    private static final Key<Path> CLIENT_CRL = Key.optional(
            "client_crl",
            Scalars.file("a PEM file"),
            "revocation lists of the client_ca; once set, every client certificate needs a current list of its issuer");
    private static final Key<ClientAuth> CLIENT_AUTH = Key.optional(
            "client_auth",
            ListenSection.CLIENT_AUTH,
            "whether callers are asked for a certificate; default: none without client_ca, else optional");
    private static final Key<TlsConfig.Version> MIN_VERSION =
            Key.withDefault("min_version", Scalars.choice(versions()), "'1.3'", "the oldest version of TLS spoken");
    private static final Key<List<String>> CIPHER_SUITES = Key.optional(
            "cipher_suites",
            Shapes.someOf(Scalars.choice(suites()), "leave it out for the default"),
            "in order of preference; default: the three of TLS 1.3, with min_version 1.2 also the forward secret ones of"
                    + " TLS 1.2");

    static final Section<TlsConfig> SECTION = Section.of(
            List.of(CERT, KEY, CLIENT_CA, CLIENT_CRL, CLIENT_AUTH, MIN_VERSION, CIPHER_SUITES), TlsSection::make);

    private TlsSection() {}

    private static TlsConfig make(Bound tls) {
        if (tls.mentions(CERT) && !tls.mentions(KEY)) tls.error(CERT, "needs `key` beside it");
        if (tls.mentions(KEY) && !tls.mentions(CERT)) tls.error(KEY, "needs `cert` beside it");
        boolean authority = tls.mentions(CLIENT_CA);
        if (tls.mentions(CLIENT_CRL) && !authority) tls.error(CLIENT_CRL, "needs `client_ca` beside it");
        ClientAuth asked = tls.find(CLIENT_AUTH);
        if (asked != null && asked != ClientAuth.NONE && !authority) {
            tls.error(CLIENT_AUTH, "asks for client certificates, which needs `client_ca` beside it");
        }
        ClientAuth standard = authority ? ClientAuth.OPTIONAL : ClientAuth.NONE;
        TlsConfig.Version least = tls.get(MIN_VERSION);
        return new TlsConfig(
                tls.find(CERT),
                tls.find(KEY),
                tls.find(CLIENT_CA),
                tls.find(CLIENT_CRL),
                asked == null ? standard : asked,
                least,
                suites(tls, least));
    }

    private static List<String> suites(Bound tls, TlsConfig.Version least) {
        List<String> asked = tls.find(CIPHER_SUITES);
        if (asked == null) return least == TlsConfig.Version.TLS_1_3 ? TlsConfig.TLS_1_3_SUITES : suites();
        boolean some12 = asked.stream().anyMatch(TlsConfig.TLS_1_2_SUITES::contains);
        boolean some13 = asked.stream().anyMatch(TlsConfig.TLS_1_3_SUITES::contains);
        if (!some13) tls.error(CIPHER_SUITES, "names none of TLS 1.3: " + String.join(", ", TlsConfig.TLS_1_3_SUITES));
        if (some12 && least == TlsConfig.Version.TLS_1_3) {
            tls.error(CIPHER_SUITES, "names one of TLS 1.2, which needs min_version: \"1.2\"");
        }
        if (!some12 && least == TlsConfig.Version.TLS_1_2) {
            tls.error(CIPHER_SUITES, "names none of TLS 1.2, which min_version asks for");
        }
        if (asked.stream().distinct().count() != asked.size()) tls.error(CIPHER_SUITES, "names a suite twice");
        return asked;
    }

    private static List<String> suites() {
        List<String> all = new ArrayList<>(TlsConfig.TLS_1_3_SUITES);
        all.addAll(TlsConfig.TLS_1_2_SUITES);
        return List.copyOf(all);
    }

    private static Map<String, TlsConfig.Version> versions() {
        Map<String, TlsConfig.Version> words = new LinkedHashMap<>();
        words.put("1.3", TlsConfig.Version.TLS_1_3);
        words.put("1.2", TlsConfig.Version.TLS_1_2);
        return words;
    }
}
