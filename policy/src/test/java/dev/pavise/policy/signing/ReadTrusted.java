package dev.pavise.policy.signing;

import java.nio.file.Path;

/** Reads folders of trusted keys in a process of its own, and says what came of each. */
final class ReadTrusted {
    private ReadTrusted() {}

    public static void main(String[] folders) {
        for (String folder : folders) {
            try {
                System.out.println(new TrustedKeyFolder(Path.of(folder))
                        .read().all().stream().map(TrustedKey::name).toList());
            } catch (TrustedKeyFolder.Unreadable unreadable) {
                System.out.println(unreadable.problem());
            }
        }
    }
}
