package dev.pavise.proxy.cli;

import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pki.PkiRefusal;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Turns what can go wrong with keys and certificates into what a command says. */
final class PkiWork {
    private PkiWork() {}

    /** What a command does. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, GeneralSecurityException, PkiRefusal, BadMaterialException;
    }

    static <T> T told(Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (PkiRefusal refusal) {
            throw CommandFailure.wanting(refusal.why());
        } catch (BadMaterialException bad) {
            throw CommandFailure.wanting(bad.problem());
        } catch (GeneralSecurityException e) {
            throw CommandFailure.wanting("nothing could be signed: " + e.getMessage());
        }
    }
}
