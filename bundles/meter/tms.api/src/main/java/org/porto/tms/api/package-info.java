// SPDX-License-Identifier: Apache-2.0
/** Telemeter setting: sessions with the data centre (rules S1-S5), for meters, stations and merchant points. */
@Export
@Version("1.0.0")
package org.porto.tms.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
