package dev.pavise.k8s.act;

import java.io.IOException;
import java.util.Map;

/**
 * The record of what is done. Nothing is done whose intent could not be stored.
 */
public interface Journal {
    /** Stores the intent; only then may it be done. */
    Begun begin(Act act) throws IOException;

    /** Stores something that was found and not done by us, such as a pod that came up with its sidecar. */
    void found(Act act) throws IOException;

    /** An act whose intent is stored. Exactly one of the two is called, once the truth is known. */
    interface Begun {
        /** It was done. */
        void done(Map<String, String> metadata) throws IOException;

        /** It was not done, or only in part. */
        void failed(String why) throws IOException;
    }
}
