package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.Retained;
import dev.pavise.auditlog.Retained.Reason;
import dev.pavise.auditlog.Retention;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What retention would remove. Reads only, needs no lock, and works beside a running gateway. */
public final class RetentionPreview {
    private RetentionPreview() {}

    /** What would go now; empty where nothing would. */
    public static Optional<Retained> of(AuditSettings settings, Retention keep) throws IOException {
        try {
            return look(settings, keep);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Optional<Retained> look(AuditSettings settings, Retention keep) throws IOException {
        AuditFolder folder = new AuditFolder(settings.dir());
        PublicKey key = key(settings);
        List<Part> parts = Part.all(folder, settings.origin(), key, DiskUse.find());
        int bySize = RetentionPlan.bySize(parts, keep.bytes());
        Duration age = keep.age();
        int byAge = age == null
                ? 0
                : RetentionPlan.byAge(parts, age, settings.clock().instant());
        long firstLeft =
                Cuts.read(folder, settings.origin(), key).map(Cut::first).orElse(0L);
        return RetentionPlan.of(
                        parts,
                        Math.max(bySize, byAge),
                        signed(settings, key),
                        bySize >= byAge ? Reason.SIZE : Reason.AGE)
                .map(plan -> plan.removes(firstLeft))
                .filter(retained -> retained.to() > firstLeft);
    }

    private static PublicKey key(AuditSettings settings) throws IOException {
        try {
            return SigningKey.parse(Files.readString(settings.key())).publicKey();
        } catch (GeneralSecurityException e) {
            throw new IOException("audit key `" + settings.key() + "` cannot be read as an Ed25519 key in PEM", e);
        }
    }

    private static long signed(AuditSettings settings, PublicKey key) throws IOException {
        try {
            return SealedTree.parse(Texts.read(settings.anchor()), settings.origin(), key)
                    .map(anchor -> anchor.checkpoint().size())
                    .orElse(0L);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
