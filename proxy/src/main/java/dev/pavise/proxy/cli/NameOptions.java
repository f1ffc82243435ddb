package dev.pavise.proxy.cli;

import dev.pavise.proxy.pki.SubjectNames;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say whom a certificate is for. */
final class NameOptions {
    @Option(names = "--cn", paramLabel = "NAME", description = "The common name.")
    private @Nullable String commonName;

    @Option(names = "--dns", paramLabel = "HOST", description = "A host name; may be given again.")
    private List<String> dns = List.of();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "An IP address; may be given again.")
    private List<String> addresses = List.of();

    @Option(
            names = "--spiffe",
            paramLabel = "URI",
            description = "A SPIFFE ID, spiffe://trust-domain/path; it then is the caller's name.")
    private @Nullable String spiffe;

    boolean isGiven() {
        return commonName != null || !dns.isEmpty() || !addresses.isEmpty() || spiffe != null;
    }

    SubjectNames names() {
        if (commonName == null) {
            throw CommandFailure.misuse("--cn is missing, name whom the certificate is for");
        }
        return new SubjectNames(commonName, dns, addresses, spiffe);
    }
}
