package dev.pavise.proxy.issuer;

import java.util.List;

/** Is told when other keys of an issuer count than before. Called on a thread that may wait, without a lock of this package. */
public interface KeyChange {
    /**
     * The issuer published other keys, which count from now on.
     *
     * @param added names of keys that were not there, or were others
     * @param removed names of keys that are not there any more, or are others
     */
    void changed(String issuer, List<String> added, List<String> removed);

    /** The issuer was away for too long, and its keys do not count any more. */
    void ranOut(String issuer);
}
