package dev.pavise.proxy.doctor;

import dev.pavise.policy.identity.SignatureProvider;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.IdentityConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The credentials that are taken. */
final class AuthChecks {
    private static final int SAFE_LENGTH = 32;

    private AuthChecks() {}

    static void operatorToken(Examined examined, Notes notes) throws IOException {
        GatewayConfig config = examined.config();
        Path file = config.dataDir().resolve("operator.token");
        for (String name : List.of("PAVISE_AUTH_TOKEN", "CODETETHER_AUTH_TOKEN")) {
            String given = examined.environment().get(name);
            if (given != null && !given.isBlank()) {
                length("the operator token in " + name, given.strip(), notes);
                return;
            }
        }
        if (config.identity().operatorToken() != null) {
            length(
                    "the operator token of the configuration",
                    config.identity().operatorToken().reveal(),
                    notes);
        } else if (Files.exists(file)) {
            OpenFiles.checkPrivate(file, "the operator token", notes);
            length("the operator token in " + file, Files.readString(file).strip(), notes);
        } else if (config.identity().logGeneratedToken()) {
            notes.warn(
                    "there is no operator token: the first start makes one, and shows it in the log",
                    "set PAVISE_AUTH_TOKEN, or identity.log_generated_token: false to keep it in " + file + " alone");
        } else {
            notes.ok("there is no operator token: the first start makes one of 32 random bytes, in " + file);
        }
    }

    private static void length(String what, String token, Notes notes) {
        if (token.length() < SAFE_LENGTH) {
            notes.warn(
                    what + " has " + token.length() + " characters, which can be guessed with patience",
                    "take the output of `openssl rand -hex 32`");
        } else {
            notes.ok(what + " is long enough");
        }
    }

    static void issuers(Examined examined, Notes notes) {
        List<IdentityConfig.Issuer> issuers = examined.config().identity().issuers();
        if (issuers.isEmpty()) notes.notApplicable("no issuer of tokens is configured");
        for (IdentityConfig.Issuer issuer : issuers) {
            List<String> absent = new ArrayList<>();
            if (issuer.audience().isEmpty()) absent.add("audience");
            if (issuer.issuer() == null) absent.add("issuer");
            if (absent.isEmpty()) {
                notes.ok("tokens of issuer " + issuer.name() + " have to be meant for this gateway (audience)");
            } else {
                notes.warn(
                        "issuer " + issuer.name() + " has no " + String.join(" and no ", absent)
                                + ": a token that it made for somebody else counts here too",
                        "set " + String.join(" and ", absent) + " of identity.issuers, and have its tokens carry them");
            }
        }
    }

    /** In Java a check of a signature costs a multiple, which whoever sends tokens can make use of. */
    static void signatures(Examined examined, Notes notes) {
        boolean publicKeys = examined.config().identity().issuers().stream()
                .anyMatch(issuer -> !(issuer.keys() instanceof IdentityConfig.Keys.SharedSecret));
        if (!publicKeys) {
            notes.notApplicable("no issuer of tokens has public keys");
            return;
        }
        SignatureProvider provider = SignatureProvider.fastest();
        provider.warning()
                .ifPresentOrElse(
                        warning -> notes.warn(
                                warning, "run on Linux on x86_64, where the library that comes with Pavise loads"),
                        () -> notes.ok("signatures of tokens are checked by " + provider.description()));
    }
}
