package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.WitnessKey;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a witness must have said of a log that is checked. What it cosigned is believed whoever signed it, so a log that was rewritten
 * with its own key is found.
 *
 * @param cosigned a file with the newest checkpoint that it cosigned; null looks beside the anchor, and in it and the folder
 * @param since its newest cosignature must not be older; null takes any
 */
public record Witnessed(
        WitnessKey key, @Nullable Path cosigned, @Nullable Instant since) {}
