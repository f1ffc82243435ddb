package dev.pavise.proxy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** The options that say where records come from: the files, or a running gateway where one is named. */
final class AuditSource {
    @Mixin
    private AuditPlace files = new AuditPlace();

    @Mixin
    private ServerOptions server = new ServerOptions();

    /** Who answers. A gateway is asked nothing before the first page. */
    AuditDoor open(Surroundings surroundings) {
        String url = url(surroundings);
        if (url == null) {
            return new AuditFiles(files.search(surroundings));
        }
        return new AuditGateway(server.named(url, DataPlace.find(files.choice(), surroundings), surroundings));
    }

    boolean isServer(Surroundings surroundings) {
        return url(surroundings) != null;
    }

    /** The folder, for what only files can do. */
    AuditPlace files() {
        return files;
    }

    /** A folder that is named counts for more than a gateway that the surroundings name. */
    private @Nullable String url(Surroundings surroundings) {
        server.check();
        if (files.isFolder() && server.isNamed()) {
            throw CommandFailure.misuse("--dir and --server exclude each other");
        }
        return files.isFolder() ? null : server.url(surroundings);
    }
}
