package dev.pavise.proxy.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Whether others can read what they should not. */
final class OpenFiles {
    private OpenFiles() {}

    /** Bad where everybody reads or anybody else writes; a group that reads is how orchestrators mount secrets, so a warning. */
    static void checkPrivate(Path file, String what, Notes notes) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            notes.notApplicable(what + ", " + file + ": this file system knows no permissions");
            return;
        }
        Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
        String text = what + ", " + file + ", is " + PosixFilePermissions.toString(found);
        String mend = "chmod " + (Files.isDirectory(file) ? "700 " : "600 ") + file;
        boolean everybody = found.contains(PosixFilePermission.OTHERS_READ)
                || found.contains(PosixFilePermission.OTHERS_WRITE)
                || found.contains(PosixFilePermission.GROUP_WRITE);
        if (everybody) {
            notes.bad(text + ": others can read or change it", mend);
        } else if (found.contains(PosixFilePermission.GROUP_READ)) {
            notes.warn(text + ": its group can read it", mend);
        } else {
            notes.ok(text);
        }
    }
}
