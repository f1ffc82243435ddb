package dev.pavise.proxy.cli;

import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.verify.AuditVerifier;
import dev.pavise.auditlog.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Checks an audit folder with the best there is to check it by: what was named, else what the gateway keeps outside the folder. */
final class AuditCheck {
    private AuditCheck() {}

    static Verification run(
            AuditPlace.Found found, @Nullable Path anchor, @Nullable Path publicKey, LongConsumer progress)
            throws IOException {
        Path anchored = anchor == null ? ifThere(found.anchor()) : anchor;
        Path own = ifThere(found.key());
        if (publicKey != null || own == null) {
            return AuditVerifier.verify(request(found, publicKey, anchored), progress);
        }
        Path worked = Files.createTempFile("pavise-audit", ".pub");
        try {
            Files.writeString(worked, SigningKey.parse(Files.readString(own)).publicPem());
            return AuditVerifier.verify(request(found, worked, anchored), progress);
        } catch (GeneralSecurityException e) {
            throw new IOException("`" + own + "` is not an Ed25519 key in PEM", e);
        } finally {
            Files.deleteIfExists(worked);
        }
    }

    private static AuditVerifier.Request request(
            AuditPlace.Found found, @Nullable Path publicKey, @Nullable Path anchor) {
        return new AuditVerifier.Request(found.trail(), publicKey, anchor, null);
    }

    private static @Nullable Path ifThere(@Nullable Path file) {
        return file != null && Files.isReadable(file) ? file : null;
    }
}
