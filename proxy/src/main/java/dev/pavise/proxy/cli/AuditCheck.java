package dev.pavise.proxy.cli;

import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.verify.AuditVerifier;
import dev.pavise.auditlog.verify.Verification;
import dev.pavise.auditlog.verify.VerifyProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Checks an audit folder with the best there is to check it by: what was named, else what the gateway keeps outside the folder.
 *
 * @param anchor null where none was named
 * @param publicKey null where none was named
 */
record AuditCheck(
        AuditPlace.Found found,
        @Nullable Path anchor,
        @Nullable Path publicKey) {

    Verification run(UnaryOperator<AuditVerifier.Request> asked, VerifyProgress progress) throws IOException {
        Path own = ifThere(found.key());
        if (publicKey != null || own == null) {
            return AuditVerifier.verify(asked.apply(request(publicKey)), progress);
        }
        Path worked = Files.createTempFile("pavise-audit", ".pub");
        try {
            Files.writeString(worked, SigningKey.parse(Files.readString(own)).publicPem());
            return AuditVerifier.verify(asked.apply(request(worked)), progress);
        } catch (GeneralSecurityException e) {
            throw new IOException("`" + own + "` is not an Ed25519 key in PEM", e);
        } finally {
            Files.deleteIfExists(worked);
        }
    }

    private AuditVerifier.Request request(@Nullable Path key) {
        Path anchored = anchor == null ? ifThere(found.anchor()) : anchor;
        return new AuditVerifier.Request(found.trail(), key, anchored, null);
    }

    private static @Nullable Path ifThere(@Nullable Path file) {
        return file != null && Files.isReadable(file) ? file : null;
    }
}
