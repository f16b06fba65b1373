"use strict";
// Which apps lead to a place from this phone, the best first; none for other devices.
//
// AMap (dev=1) and Baidu (coord_type) shift the WGS-84 position themselves. An address of theirs opens
// the app without a network; a geo URI opens whichever map the phone has, but not on an iPhone.
const bookcarWays = (place, agent) => {
  const { lon, lat, name, amap } = place;
  const label = encodeURIComponent(name);
  const apple = /iPhone|iPad|iPod/.test(agent);
  if (!apple && !/Android|HarmonyOS|OpenHarmony/.test(agent)) return [];
  const google = { app: "app-google", href: `https://www.google.com/maps/dir/?api=1&travelmode=driving&destination=${lat},${lon}` };
  const baidu = (scheme) => ({
    app: "app-baidu",
    href: `${scheme}://map/direction?destination=${encodeURIComponent(`latlng:${lat},${lon}|name:${name}`)}&coord_type=wgs84&mode=driving&src=bookcar`,
  });
  const gaode = (scheme) => ({
    app: "app-amap",
    href: `${scheme}://navi?sourceApplication=bookcar&poiname=${label}&lat=${lat}&lon=${lon}&dev=1&style=2`,
  });
  if (amap) return apple ? [gaode("iosamap"), baidu("baidumap")] : [gaode("androidamap"), baidu("bdapp")];
  if (apple) return [{ app: "app-apple", href: `https://maps.apple.com/?dirflg=d&daddr=${lat},${lon}` }, google];
  return [{ app: "app-geo", href: `geo:${lat},${lon}?q=${lat},${lon}(${label})` }, google];
};
