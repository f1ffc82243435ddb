package dev.pavise.proxy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends with a container, by the table of mounts of one. */
final class AuditStorageTest {
    /** Of a pod: the container's layer, volumes of several kinds, one of them with a space in its name. */
    private static final String POD = """
            1180 1040 0:212 / / rw,relatime master:401 - overlay overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d
            1181 1180 0:215 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
            1182 1180 0:216 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
            1190 1180 8:1 /var/lib/kubelet/pods/6d/volumes/kubernetes.io~empty-dir/data /var/lib/pavise rw,relatime - ext4 /dev/sda1 rw
            1191 1190 8:32 / /var/lib/pavise/audit rw,relatime shared:9 master:2 - ext4 /dev/sdc rw
            1192 1180 0:220 / /var/lib/memory rw,relatime - tmpfs tmpfs rw,size=1g
            1193 1180 8:1 /var/lib/kubelet/pods/6d/volumes/kubernetes.io~csi/pvc-1/mount/agents/pod-1 /var/lib/claim rw - ext4 /dev/sda1 rw
            1194 1180 0:221 / /var/lib/nfs rw - nfs4 server:/export rw
            1195 1180 8:1 /pods/6d/volumes/kubernetes.io~empty-dir/x /var/lib/with\\040space rw - xfs /dev/sda1 rw
            1196 1180 8:48 / /var/lib/twice rw - ext4 /dev/sdd rw
            1197 1196 0:230 / /var/lib/twice rw - tmpfs tmpfs rw
            1198 1180 0:231 / /var/lib/layer rw - overlay overlay rw
            """;

    private static String lost(String folder) {
        return AuditStorage.lost(POD, Path.of(folder)).orElse("kept");
    }

    @ParameterizedTest
    @CsvSource({
        "/data/audit,                    it lies on the container's own layer",
        "/,                              it lies on the container's own layer",
        "/var/lib/pavise,                it lies in an emptyDir",
        "/var/lib/pavise/other,          it lies in an emptyDir",
        "/var/lib/pavise/audit,          kept",
        "/var/lib/pavise/audit/a/b,      kept",
        "/var/lib/pavise/auditor,        it lies in an emptyDir",
        "/var/lib/pavise/audit/../x,     it lies in an emptyDir",
        "/var/lib/memory/audit,          it lies in memory (tmpfs)",
        "/dev/shm,                       it lies in memory (tmpfs)",
        "/var/lib/claim/audit,           kept",
        "/var/lib/nfs,                   kept",
        "'/var/lib/with space/audit',    it lies in an emptyDir",
        "/var/lib/twice,                 it lies in memory (tmpfs)",
        "/var/lib/layer,                 it lies on the container's own layer",
    })
    void tellsWhatEndsWithTheContainer(String folder, String expected) {
        assertEquals(expected, lost(folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1 2 3",
                "1190 1180 8:1 / /var rw",
                "1190 1180 8:1 / /var rw -",
                "1190 1180 8:1 / var rw - ext4 /dev/sda rw",
                "1190 1180 8:1 / /v\\9 rw - ext4 /dev/sda rw",
                "1190 1180 8:1 / /v\\04 rw - ext4 /dev/sda rw",
                "1190 1180 8:1 / /v\\000 rw - ext4 /dev/sda rw",
                "8:32 / /var rw - ext4 /dev/sdc rw\nnonsense"
            })
    void countsAsLostWhatCannotBeFoundOut(String table) {
        assertTrue(AuditStorage.lost(table, Path.of("/var/lib")).isPresent());
    }

    @Test
    void understandsOrRefusesWhateverItIsGiven() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(POD);
            for (int change = random.nextInt(6); change >= 0; change--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, (char) random.nextInt(0x180));
                    default -> text.setCharAt(at, " -/\\\n0".charAt(random.nextInt(6)));
                }
            }
            try {
                Optional<Mount> found = MountTable.parse(text.toString()).of(Path.of("/var/lib/pavise/audit"));
                found.ifPresent(
                        mount -> assertTrue(Path.of("/var/lib/pavise/audit").startsWith(mount.point())));
            } catch (IllegalArgumentException told) {
                assertTrue(String.valueOf(told.getMessage()).contains("is not understood"), told.toString());
            }
        }
    }

    @Test
    void namesTheLineThatIsNotUnderstood() {
        String said = String.valueOf(assertThrows(IllegalArgumentException.class, () -> MountTable.parse(POD + "x\n"))
                .getMessage());
        assertEquals("line 13 of the table of mounts is not understood", said);
    }

    @Test
    void readsTheTableOfThisMachine() {
        assertTrue(AuditStorage.lost(Path.of("/dev/shm/not/there/yet")).isPresent());
    }
}
