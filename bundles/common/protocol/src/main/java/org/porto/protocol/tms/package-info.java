// SPDX-License-Identifier: Apache-2.0
/** What meters, stations and merchant points say to the TMS host and back: JSON payloads of sealed messages (rules S1-S4). */
@Export
@Version("1.0.0")
package org.porto.protocol.tms;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
