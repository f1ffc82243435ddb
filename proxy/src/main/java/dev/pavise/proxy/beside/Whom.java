package dev.pavise.proxy.beside;

import java.util.List;

/** Whom a runner runs as. */
sealed interface Whom {
    /**
     * The gateway's own user.
     *
     * @param uid its number
     * @param regrets why not as another one, where the gateway is root
     */
    record Own(int uid, List<String> regrets) implements Whom {
        /** Copies the list. */
        public Own {
            regrets = List.copyOf(regrets);
        }
    }

    /**
     * A user of its own, that has nothing but the runner's folder.
     *
     * @param name as the system knows it; the number again where it has none
     */
    record Other(String name, int uid, int gid) implements Whom {}

    /** Nobody: it cannot be as it was asked for. */
    record Nobody(String problem) implements Whom {}
}
