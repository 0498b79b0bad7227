// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.nio.file.Path;
import org.porto.launcher.LauncherException;

/** Boot to ready beside a bare Karaf. */
final class BootBench {
    BootBench(Path root, Path folder, boolean json) {}

    int run() throws LauncherException {
        throw new LauncherException("bench boot");
    }
}
