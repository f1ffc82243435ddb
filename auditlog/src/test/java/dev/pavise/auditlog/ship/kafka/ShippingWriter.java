package dev.pavise.auditlog.ship.kafka;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.export.Format;
import java.nio.file.Path;

/** A process that writes and ships until it is killed, and says how far it got. */
public final class ShippingWriter {
    private ShippingWriter() {}

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        AuditSettings settings = Samples.settings(root);
        AuditStore store = AuditStore.open(settings);
        Shipping.start(root, settings, args[1], args[2], store, Format.JSON);
        for (int i = 0; ; i++) {
            Collected.append(store.log(), Samples.intent("operator", "r" + i));
            if (i % 400 == 399) {
                System.out.println(i);
                System.out.flush();
                java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
            }
        }
    }
}
