package dev.pavise.bench.auditlog;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The log as the gateway has it: room is reserved, and another thread hashes the lines and signs a checkpoint every second. */
final class Product implements Design {
    private final Path folder;
    private final AuditStore store;

    Product(Path root, boolean disk) throws AuditOpenException {
        folder = root.resolve("audit");
        store = AuditStore.open(AuditSettings.of(folder, root.resolve("audit.key"), root.resolve("audit.anchor"))
                .withDurability(disk ? Durability.DISK : Durability.PROCESS));
    }

    @Override
    public void append(AuditRecord record, Stored then) {
        store.log().append(record, then);
    }

    @Override
    public long syncs() {
        return 0;
    }

    /** All files of the folder but the reserve, which is there however many records are. */
    @Override
    public long bytes() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file) && !file.endsWith("reserve"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
