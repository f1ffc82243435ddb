package dev.pavise.proxy.tool;

import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.Registration;
import dev.pavise.policy.tool.SemanticVersion;
import dev.pavise.policy.tool.ToolRefusal;
import dev.pavise.policy.tool.ToolRegistry;
import dev.pavise.policy.tool.TrustedManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept of tools: the registry, and the content of each. Changes write to disk: not for an event loop. Looking at the
 * registry does no input or output.
 *
 * <p>Being registered means having been checked once; nothing here is run without being checked anew. That whoever changes
 * something may do so was decided before.
 */
public final class Toolbox {
    private static final Logger log = LoggerFactory.getLogger(Toolbox.class);

    private final RegistryFile file;
    private final ContentStore contents;
    private volatile ToolBook book;

    private Toolbox(RegistryFile file, Path dataDir) throws IOException {
        this.file = file;
        this.book = file.book();
        this.contents = ContentStore.open(dataDir, sha256 -> book.names(sha256));
    }

    static Toolbox open(Path dataDir) throws ToolStoreException {
        RegistryFile file = RegistryFile.open(dataDir);
        try {
            return new Toolbox(file, dataDir);
        } catch (IOException failure) {
            throw new ToolStoreException("the content of tools cannot be used: " + failure.getMessage());
        }
    }

    /** What is registered now. */
    public ToolBook book() {
        return book;
    }

    public ContentStore contents() {
        return contents;
    }

    /** Registers what a trusted key has signed. The same once more changes nothing, whoever asks. */
    public synchronized ToolChange register(TrustedManifest trusted, String by, Instant at) {
        return switch (book.registry().register(trusted)) {
            case Refused refused -> new ToolChange.Against(refused);
            case Registration.Registered(ToolRegistry ignored, boolean changed)
            when !changed -> new ToolChange.Done(book, false);
            case Registration.Registered(ToolRegistry next, boolean ignored) ->
                write(book.with(next)
                        .stamped(trusted.signed(), new ToolBook.Stamp(by, at.truncatedTo(ChronoUnit.MILLIS))));
        };
    }

    /** Removes a version, or where none is named all of them, for good. */
    public synchronized ToolChange remove(String toolId, Optional<SemanticVersion> version) {
        if (book.find(toolId, version) instanceof Refused refused) {
            return new ToolChange.Against(refused);
        }
        ToolRegistry registry = book.registry();
        Optional<ToolRegistry> next =
                version.isPresent() ? registry.remove(toolId, version.get()) : registry.remove(toolId);
        return next.isPresent() ? write(book.with(next.get())) : new ToolChange.Done(book, false);
    }

    private ToolChange write(ToolBook next) {
        if (!RegistryFile.fits(next)) {
            return new ToolChange.Against(
                    new Refused(ToolRefusal.REGISTRY_FULL, "the registry would be too large, remove tools first"));
        }
        try {
            file.write(next);
        } catch (IOException failure) {
            log.error("the tool registry cannot be written: {}", failure.getMessage());
            return new ToolChange.Unavailable("the tool registry cannot be written, nothing was changed");
        }
        book = next;
        return new ToolChange.Done(next, true);
    }
}
