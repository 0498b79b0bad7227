// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The applets that bundles offer by the manifest headers {@code Java-Card-Applet-AID} (hexadecimal) and
 * {@code Java-Card-Applet-Class}. Thread-safe; changes as bundles come and go.
 */
@ProviderType
public interface AppletCatalogue {

    List<AppletEntry> applets();
}
