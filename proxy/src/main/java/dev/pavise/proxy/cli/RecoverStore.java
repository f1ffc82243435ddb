package dev.pavise.proxy.cli;

import dev.pavise.proxy.access.AccessOpenException;
import dev.pavise.proxy.access.AccessRecovery;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** {@code pavise auth recover}: the way out of a store that does not open. The next start of the gateway records that it was taken. */
final class RecoverStore {
    private RecoverStore() {}

    static int run(Path dataDir, boolean startEmpty, InstantSource clock, PrintWriter out) {
        if (!Files.isDirectory(dataDir)) {
            throw CommandFailure.wanting(
                    "there is no data directory `" + dataDir + "`; name it by --data-dir or --config");
        }
        try {
            return tell(AccessRecovery.recover(dataDir, startEmpty, clock), out);
        } catch (AccessOpenException unusable) {
            throw CommandFailure.wanting(String.valueOf(unusable.getMessage()));
        }
    }

    private static int tell(AccessRecovery.Result result, PrintWriter out) {
        return switch (result) {
            case AccessRecovery.Result.Sound(long version) -> {
                out.println("the store is sound, at change " + version);
                yield ExitCode.DONE;
            }
            case AccessRecovery.Result.Unreadable(String why) ->
                throw CommandFailure.wanting(
                        why + "; nothing was changed. Put back a copy, or begin without any key and"
                                + " binding by --start-empty");
            case AccessRecovery.Result.Recovered recovered -> {
                told(recovered, out);
                yield ExitCode.DONE;
            }
        };
    }

    private static void told(AccessRecovery.Result.Recovered recovered, PrintWriter out) {
        out.println("taken at change " + recovered.version() + " of "
                + (recovered.expected() < 0 ? "an unknown number" : recovered.expected()));
        Path aside = recovered.setAside();
        if (aside != null) {
            out.println("put aside unread: " + aside);
        }
        List<String> live = recovered.live();
        out.println(
                live.isEmpty() ? "no key is live now" : "live now, to be looked through: " + String.join(", ", live));
    }
}
