package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.Stored;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that writes until it is killed, and says on its standard output which records were stored. */
public final class CrashingWriter {
    private CrashingWriter() {}

    public static void main(String[] args) throws IOException {
        AuditSettings settings = Samples.settings(Path.of(args[0])).withDurability(Durability.valueOf(args[1]));
        PrintStream out = new PrintStream(
                new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.US_ASCII);
        AuditStore store = AuditStore.open(settings);
        for (int thread = 0; thread < 2; thread++) {
            String name = args[2] + "-" + thread;
            new Thread(() -> write(store, name, out)).start();
        }
    }

    private static void write(AuditStore store, String name, PrintStream out) {
        for (int i = 0; ; i++) {
            String request = name + "-" + i + ".";
            store.log().append(Samples.intent("operator", request), new Stored() {
                @Override
                public void stored(long seq) {
                    // One write for each line, so that what was reported is reported whole.
                    synchronized (out) {
                        out.print(seq + " " + request + "\n");
                        out.flush();
                    }
                }

                @Override
                public void unavailable(AuditUnavailable why) {
                    synchronized (out) {
                        out.print("unavailable " + why + "\n");
                        out.flush();
                    }
                }
            });
            if (i % 64 == 0) {
                Thread.onSpinWait();
            }
        }
    }
}
