package dev.pavise.proxy.tool;

import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.Registration;
import dev.pavise.policy.tool.SemanticVersion;
import dev.pavise.policy.tool.ToolRefusal;
import dev.pavise.policy.tool.ToolRegistry;
import dev.pavise.policy.tool.ToolVersions;
import dev.pavise.policy.tool.TrustedManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
    private volatile ToolBook book; // what was registered
    private volatile ToolBook given = ToolBook.EMPTY; // by the configuration
    private volatile ToolBook all;

    private Toolbox(RegistryFile file, Path dataDir) throws IOException {
        this.file = file;
        this.book = file.book();
        this.contents = ContentStore.open(dataDir, sha256 -> book.names(sha256) || given.names(sha256));
        this.all = book;
    }

    static Toolbox open(Path dataDir) throws ToolStoreException {
        RegistryFile file = RegistryFile.open(dataDir);
        try {
            return new Toolbox(file, dataDir);
        } catch (IOException failure) {
            throw new ToolStoreException("the content of tools cannot be used: " + failure.getMessage());
        }
    }

    /** What can be run now: what the configuration gives, and what else is registered. */
    public ToolBook book() {
        return all;
    }

    /** Whether the configuration gives a tool, so that it is changed there and nowhere else. */
    public boolean isGiven(String toolId) {
        return given.has(toolId);
    }

    /** Puts what a configuration gives in force, in place of what the one before gave. */
    synchronized void give(ToolBook configured) {
        given = configured;
        all = ToolBook.merged(configured, book);
    }

    /** The tools that were registered and are hidden by what a configuration gives. */
    List<String> hiddenBy(ToolBook configured) {
        return book.registry().tools().stream()
                .map(ToolVersions::toolId)
                .filter(configured::has)
                .toList();
    }

    private static ToolChange configured(String toolId) {
        return new ToolChange.Configured(
                "tool `" + toolId + "` is given by `tools.manifests`; change it there, with the configuration");
    }

    public ContentStore contents() {
        return contents;
    }

    /** Registers what a trusted key has signed. The same once more changes nothing, whoever asks. */
    public synchronized ToolChange register(TrustedManifest trusted, String by, Instant at) {
        String toolId = trusted.manifest().toolId();
        if (given.has(toolId)) {
            return configured(toolId);
        }
        return switch (book.registry().register(trusted)) {
            case Refused refused -> new ToolChange.Against(refused);
            case Registration.Registered(ToolRegistry ignored, boolean changed)
            when !changed -> new ToolChange.Done(all, false);
            case Registration.Registered(ToolRegistry next, boolean ignored) ->
                write(book.with(next)
                        .stamped(trusted.signed(), new ToolBook.Stamp(by, at.truncatedTo(ChronoUnit.MILLIS))));
        };
    }

    /** Removes a version, or where none is named all of them, for good. */
    public synchronized ToolChange remove(String toolId, Optional<SemanticVersion> version) {
        if (given.has(toolId)) {
            return configured(toolId);
        }
        if (book.find(toolId, version) instanceof Refused refused) {
            return new ToolChange.Against(refused);
        }
        ToolRegistry registry = book.registry();
        Optional<ToolRegistry> next =
                version.isPresent() ? registry.remove(toolId, version.get()) : registry.remove(toolId);
        return next.isPresent() ? write(book.with(next.get())) : new ToolChange.Done(all, false);
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
        all = ToolBook.merged(given, next);
        return new ToolChange.Done(all, true);
    }
}
