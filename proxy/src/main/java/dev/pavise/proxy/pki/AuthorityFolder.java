package dev.pavise.proxy.pki;

import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Where the files of an authority lie. Nobody but its owner may enter the folder or read the key. */
record AuthorityFolder(Path folder) {

    /** A folder for a new authority. */
    static AuthorityFolder prepare(Path place, boolean replace) throws IOException, PkiRefusal {
        AuthorityFolder made = new AuthorityFolder(place);
        PrivateFiles.makeFolder(place);
        made.checkPrivate();
        for (Path file : made.files()) {
            if (!Files.exists(file)) continue;
            if (!replace) {
                throw new PkiRefusal(
                        file + ": exists already; all its certificates would be lost with it (--force replaces"
                                + " it, and keeps the old one as .old)");
            }
        }
        for (Path file : made.files()) {
            if (Files.exists(file)) {
                Files.move(file, file.resolveSibling(file.getFileName() + ".old"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return made;
    }

    /** The folder of an authority that is there. */
    static AuthorityFolder existing(Path place) throws IOException, PkiRefusal {
        AuthorityFolder found = new AuthorityFolder(place);
        if (!Files.exists(found.certificate()) || !Files.exists(found.key())) {
            throw new PkiRefusal(place + ": holds no certificate authority (ca.crt, ca.key); make one with `security"
                    + " init-ca`, or name its folder by --ca-dir");
        }
        found.checkPrivate();
        if (PrivateFiles.openToOthers(found.key())) {
            throw new PkiRefusal(found.key() + ": is open to others; chmod 600 it, and think about who has read it");
        }
        return found;
    }

    private void checkPrivate() throws IOException, PkiRefusal {
        if (PrivateFiles.openToOthers(folder)) {
            throw new PkiRefusal(folder + ": is open to others; chmod 700 it, or name another folder by --ca-dir");
        }
    }

    Path certificate() {
        return folder.resolve("ca.crt");
    }

    Path key() {
        return folder.resolve("ca.key");
    }

    Path list() {
        return folder.resolve("ca.crl");
    }

    Path books() {
        return folder.resolve("issued.jsonl");
    }

    private List<Path> files() {
        return List.of(certificate(), key(), list(), books());
    }
}
