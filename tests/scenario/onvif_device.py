# SPDX-License-Identifier: Apache-2.0
"""A camera's ONVIF side on loopback: HTTP with SOAP 1.2 and WS-Discovery, with
faults to order. Field names are those of the published schemas; npm onvif and
Debian's onvif-tools speak with it too.

  device = OnvifDevice(rtsp_port=554, path="/1", sound=True, ...)
  device.port; device.asked (names of the requests); device.stop()
"""
import base64
import datetime
import hashlib
import re
import socket
import ssl
import struct
import threading
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from machine import late_s

USER, PASSWORD = "haechi", "demo-camera"
SPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
    "tns1": "http://www.onvif.org/ver10/topics",
    "ter": "http://www.onvif.org/ver10/error",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
    "tev": "http://www.onvif.org/ver10/events/wsdl",
    "trc": "http://www.onvif.org/ver10/recording/wsdl",
    "tt": "http://www.onvif.org/ver10/schema",
}
WSSE = ("{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
        "wssecurity-secext-1.0.xsd}")
WSU = WSSE.replace("secext", "utility")
Q = '"'
MOTION = "VideoSource/MotionAlarm"
TAMPER = "VideoSource/GlobalSceneChange/ImagingService"
GROUP, DISCOVERY_PORT = "239.255.255.250", 3702
BOMB = ('<?xml version="1.0"?><!DOCTYPE e [<!ENTITY a "aaaaaaaaaa">' +
        "".join(f'<!ENTITY {b} "{("&" + a + ";") * 10}">'
                for a, b in zip("abcdefgh", "bcdefghi")) +
        "]><e>&i;</e>")


def envelope(body, header=""):
    spaces = " ".join(f'xmlns:{k}="{v}"' for k, v in SPACES.items())
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope {spaces}>'
            f"<s:Header>{header}</s:Header><s:Body>{body}</s:Body>"
            "</s:Envelope>")


def fault(subcode, reason):
    return envelope(
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode>"
        f"<s:Value>ter:{subcode}</s:Value></s:Subcode></s:Code><s:Reason>"
        f'<s:Text xml:lang="en">{reason}</s:Text></s:Reason></s:Fault>')


class OnvifDevice:
    def __init__(self, rtsp_port=554, path="/1", clock_ahead_s=0, sound=False,
                 keeps_sound=False, card=False, media2=True, answers="right",
                 flood=False, http_digest=False, discovery=False, more=None,
                 forgives_repeats=False, turns=False, scheme="rtsp", tls=None,
                 refuses=(), pretends=(), hides_time=False,
                 encoding="H264", without_address=()):
        self.rtsp_port, self.path, self.scheme = rtsp_port, path, scheme
        self.ahead = datetime.timedelta(seconds=clock_ahead_s)
        self.sound, self.keeps_sound = sound, keeps_sound
        self.card, self.media2, self.answers = card, media2, answers
        self.turns, self.hides_time = turns, hides_time
        # Of the main profile; and profiles whose address it does not say.
        self.encoding, self.without_address = encoding, without_address
        # Requests that it refuses, and that it says it has done and has not.
        self.refuses, self.pretends = refuses, pretends
        # What it tells over its pull point, and what nobody has pulled yet.
        self.states = {MOTION: False, TAMPER: False}
        self.news, self.has_news = [], threading.Condition()
        self.subscription = 0
        self.flood, self.http_digest = flood, http_digest
        # onvif-util draws its nonce anew each second: two questions within a
        # millisecond are the same to a device that looks for repeats.
        self.forgives_repeats = forgives_repeats
        self.resolution = (640, 360)  # of the main profile
        # More profiles: token -> (path, width, height, video source).
        self.more = more or {}
        self.masks, self.asked, self.proofs = [], [], set()
        device = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                device.answer(self)

            def do_GET(self):
                self.send_error(404)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if tls:  # a file with key and certificate
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self.server.socket = context.wrap_socket(self.server.socket,
                                                     server_side=True)
        self.port = self.server.server_address[1]
        self.is_stopping = False
        self.threads = [threading.Thread(target=self.server.serve_forever,
                                         args=(0.05,), daemon=True)]
        if discovery:
            self.listener = self.listen()
            self.threads.append(threading.Thread(target=self.discovered,
                                                 daemon=True))
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.is_stopping = True
        with self.has_news:
            self.has_news.notify_all()
        self.server.shutdown()
        self.server.server_close()
        for thread in self.threads:
            thread.join()

    # ---- HTTP and SOAP ----------------------------------------------------

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + self.ahead

    def is_proven(self, root):
        token = root.find(f".//{WSSE}UsernameToken")
        if token is None:
            return False
        nonce = token.findtext(WSSE + "Nonce")
        created = token.findtext(WSU + "Created")
        digest = base64.b64encode(hashlib.sha1(
            base64.b64decode(nonce) + created.encode() +
            PASSWORD.encode()).digest()).decode()
        age = self.now() - datetime.datetime.fromisoformat(
            created.replace("Z", "+00:00"))
        is_new = (self.forgives_repeats or
                  (nonce, created) not in self.proofs)
        self.proofs.add((nonce, created))
        return (token.findtext(WSSE + "Username") == USER and is_new and
                digest == token.findtext(WSSE + "Password") and
                abs(age.total_seconds()) < 5 + late_s())

    def is_proven_over_http(self, handler):
        header = handler.headers.get("Authorization", "")
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', header))
        one = hashlib.md5(f"{USER}:onvif:{PASSWORD}".encode()).hexdigest()
        two = hashlib.md5(f"POST:{handler.path}".encode()).hexdigest()
        expected = hashlib.md5(
            f"{one}:0123:{fields.get('nc')}:{fields.get('cnonce')}:auth:{two}"
            .encode()).hexdigest()
        return fields.get("response") == expected

    def answer(self, handler):
        size = int(handler.headers.get("Content-Length", 0))
        root = ElementTree.fromstring(handler.rfile.read(size))
        element = root.find(f"{{{SPACES['s']}}}Body")[0]
        name = element.tag.split("}")[1]
        self.asked.append(name)
        code, text = 200, None
        if self.http_digest and not self.is_proven_over_http(handler):
            handler.send_response(401)
            handler.send_header("WWW-Authenticate", 'Digest realm="onvif", '
                                'qop="auth", nonce="0123"')
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        if self.answers == "bomb":
            text = BOMB
        elif self.answers == "huge":
            text = envelope("<x>" + "y" * (3 << 20) + "</x>")
        elif self.answers == "deep":
            text = "<a>" * 100000
        elif name != "GetSystemDateAndTime" and not self.http_digest and \
                not self.is_proven(root):
            code, text = 400, fault("NotAuthorized", "Sender not Authorized")
        else:
            body = self.body_of(name, element)
            text = envelope(body) if body else fault(
                "ActionNotSupported", "Optional Action Not Implemented")
            code = 200 if body else 500
        data = text.encode()
        handler.send_response(code)
        handler.send_header("Content-Type",
                            "application/soap+xml; charset=utf-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        try:
            handler.wfile.write(data)
        except OSError:
            pass  # it had enough

    def body_of(self, name, element):
        """None: refused."""
        method = getattr(self, name, None)
        if name in self.pretends:
            space = element.tag[1:].split("}")[0]
            prefix = next(one for one, uri in SPACES.items() if uri == space)
            return f"<{prefix}:{name}Response/>"
        return method(element) if method and name not in self.refuses else None

    def address(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    # ---- device -----------------------------------------------------------

    def GetSystemDateAndTime(self, _):
        if self.hides_time:
            return ("<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
                    "<tt:DateTimeType>NTP</tt:DateTimeType>"
                    "<tt:DaylightSavings>false</tt:DaylightSavings>"
                    "</tds:SystemDateAndTime>"
                    "</tds:GetSystemDateAndTimeResponse>")
        now = self.now()
        time = (f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>"
                f"{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second>"
                f"</tt:Time><tt:Date><tt:Year>{now.year}</tt:Year><tt:Month>"
                f"{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date>")
        return ("<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
                "<tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>"
                "false</tt:DaylightSavings><tt:TimeZone><tt:TZ>KST-9</tt:TZ>"
                f"</tt:TimeZone><tt:UTCDateTime>{time}</tt:UTCDateTime>"
                "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>")

    def SetSystemDateAndTime(self, element):
        part = {one.tag.split("}")[1]: one.text for one in element.iter()}
        wanted = datetime.datetime(
            *(int(part[name]) for name in ("Year", "Month", "Day", "Hour",
                                           "Minute", "Second")),
            tzinfo=datetime.timezone.utc)
        self.ahead += wanted - self.now()
        return "<tds:SetSystemDateAndTimeResponse/>"

    def GetDeviceInformation(self, _):
        return ("<tds:GetDeviceInformationResponse><tds:Manufacturer>시험"
                "</tds:Manufacturer><tds:Model>Loopback 1</tds:Model>"
                "<tds:FirmwareVersion>1.0</tds:FirmwareVersion>"
                "<tds:SerialNumber>0001</tds:SerialNumber><tds:HardwareId>L1"
                "</tds:HardwareId></tds:GetDeviceInformationResponse>")

    def GetServices(self, _):
        spaces = ["tds", "trt", "tev"]
        spaces += ["tr2"] if self.media2 else []
        spaces += ["trc"] if self.card else []
        rows = "".join(
            f"<tds:Service><tds:Namespace>{SPACES[one]}</tds:Namespace>"
            f"<tds:XAddr>{self.address('/onvif/' + one)}</tds:XAddr>"
            "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor>"
            "</tds:Version></tds:Service>" for one in spaces)
        return f"<tds:GetServicesResponse>{rows}</tds:GetServicesResponse>"

    def GetCapabilities(self, _):
        return ("<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device>"
                f"<tt:XAddr>{self.address('/onvif/device_service')}</tt:XAddr>"
                f"</tt:Device><tt:Events><tt:XAddr>{self.address('/onvif/tev')}"
                "</tt:XAddr><tt:WSSubscriptionPolicySupport>false"
                "</tt:WSSubscriptionPolicySupport><tt:WSPullPointSupport>true"
                "</tt:WSPullPointSupport>"
                "<tt:WSPausableSubscriptionManagerInterfaceSupport>false"
                "</tt:WSPausableSubscriptionManagerInterfaceSupport>"
                "</tt:Events><tt:Media><tt:XAddr>"
                f"{self.address('/onvif/trt')}</tt:XAddr>"
                "<tt:StreamingCapabilities><tt:RTP_RTSP_TCP>true"
                "</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media>"
                "</tds:Capabilities></tds:GetCapabilitiesResponse>")

    def GetScopes(self, _):
        return ("<tds:GetScopesResponse><tds:Scopes><tt:ScopeDef>Fixed"
                "</tt:ScopeDef><tt:ScopeItem>onvif://www.onvif.org/name/Test"
                "</tt:ScopeItem></tds:Scopes></tds:GetScopesResponse>")

    def GetStorageConfigurations(self, _):
        one = ('<tds:StorageConfigurations token="sd"><tds:Data type="SDCard">'
               "<tds:LocalPath>/sd</tds:LocalPath></tds:Data>"
               "</tds:StorageConfigurations>")
        return ("<tds:GetStorageConfigurationsResponse>" +
                (one if self.card else "") +
                "</tds:GetStorageConfigurationsResponse>")

    def GetRecordings(self, _):
        return ("<trc:GetRecordingsResponse><trc:RecordingItem>"
                "<tt:RecordingToken>r1</tt:RecordingToken></trc:RecordingItem>"
                "</trc:GetRecordingsResponse>")

    # ---- media ------------------------------------------------------------

    def is_media2(self, element):
        return SPACES["tr2"] in element.tag

    def GetProfiles(self, element):
        answer = self.main_profile(element)
        begin = answer.index(":Profiles ") - 4
        end = answer.index("</", answer.index(":Profiles>") - 6)
        end = answer.index(">", end) + 1
        main, more = answer[begin:end], ""
        for token, (_, width, height, source) in self.more.items():
            more += main.replace('token="main"', f'token="{token}"').replace(
                'token="vs1"', f'token="{source}"').replace(
                f"<tt:Width>{self.resolution[0]}<",
                f"<tt:Width>{width}<").replace(
                f"<tt:Height>{self.resolution[1]}<",
                f"<tt:Height>{height}<")
        return (answer[:end].replace(">H264<", f">{self.encoding}<") + more +
                answer[end:])

    def main_profile(self, element):
        width, height = self.resolution
        video = (f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>"
                 f"{height}</tt:Height></tt:Resolution>")
        rate = ("<tt:RateControl><tt:FrameRateLimit>15</tt:FrameRateLimit>"
                "%s<tt:BitrateLimit>1000</tt:BitrateLimit></tt:RateControl>")
        source = ("<tt:Name>s</tt:Name><tt:UseCount>1</tt:UseCount>"
                  '<tt:SourceToken>v1</tt:SourceToken><tt:Bounds x="0" y="0" '
                  'width="640" height="360"/>')
        if self.is_media2(element):
            sound = ('<tr2:AudioEncoder token="a1"><tt:Encoding>PCMU'
                     "</tt:Encoding></tr2:AudioEncoder>" if self.sound else "")
            return ('<tr2:GetProfilesResponse><tr2:Profiles token="main" '
                    'fixed="true"><tr2:Name>Main</tr2:Name>'
                    '<tr2:Configurations><tr2:VideoSource token="vs1">'
                    f'{source}</tr2:VideoSource><tr2:VideoEncoder token="e1" '
                    'GovLength="30" Profile="Main"><tt:Name>e</tt:Name>'
                    "<tt:UseCount>1</tt:UseCount><tt:Encoding>H264"
                    f"</tt:Encoding>{video}{rate % ''}<tt:Quality>5"
                    f"</tt:Quality></tr2:VideoEncoder>{sound}"
                    f"{'<tr2:PTZ token=%sp1%s/>' % (Q, Q) * self.turns}"
                    "</tr2:Configurations></tr2:Profiles>"
                    "</tr2:GetProfilesResponse>")
        sound = ('<tt:AudioEncoderConfiguration token="a1"><tt:Name>a</tt:Name>'
                 "<tt:UseCount>1</tt:UseCount><tt:Encoding>G711</tt:Encoding>"
                 "<tt:Bitrate>64</tt:Bitrate><tt:SampleRate>8</tt:SampleRate>"
                 "</tt:AudioEncoderConfiguration>" if self.sound else "")
        interval = "<tt:EncodingInterval>1</tt:EncodingInterval>"
        return ('<trt:GetProfilesResponse><trt:Profiles token="main" '
                'fixed="true"><tt:Name>Main</tt:Name>'
                f'<tt:VideoSourceConfiguration token="vs1">{source}'
                "</tt:VideoSourceConfiguration>"
                '<tt:VideoEncoderConfiguration token="e1"><tt:Name>e</tt:Name>'
                "<tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>"
                f"{video}<tt:Quality>5</tt:Quality>{rate % interval}<tt:H264>"
                "<tt:GovLength>30</tt:GovLength><tt:H264Profile>Main"
                "</tt:H264Profile></tt:H264><tt:SessionTimeout>PT60S"
                f"</tt:SessionTimeout></tt:VideoEncoderConfiguration>{sound}"
                f"{'<tt:PTZConfiguration token=%sp1%s/>' % (Q, Q) * self.turns}"
                "</trt:Profiles></trt:GetProfilesResponse>")

    def GetProfile(self, element):
        return self.main_profile(element).replace(
            "GetProfilesResponse", "GetProfileResponse").replace(
            "trt:Profiles", "trt:Profile")

    def GetVideoEncoderConfigurationOptions(self, _):
        def span(name, low, high):
            return (f"<tt:{name}><tt:Min>{low}</tt:Min><tt:Max>{high}</tt:Max>"
                    f"</tt:{name}>")
        return ("<trt:GetVideoEncoderConfigurationOptionsResponse><trt:Options>"
                + span("QualityRange", 1, 10) + "<tt:H264>"
                "<tt:ResolutionsAvailable><tt:Width>640</tt:Width><tt:Height>"
                "360</tt:Height></tt:ResolutionsAvailable>"
                + span("GovLengthRange", 1, 60) + span("FrameRateRange", 1, 15)
                + span("EncodingIntervalRange", 1, 1) +
                "<tt:H264ProfilesSupported>Main</tt:H264ProfilesSupported>"
                "</tt:H264></trt:Options>"
                "</trt:GetVideoEncoderConfigurationOptionsResponse>")

    def GetVideoSources(self, _):
        return ('<trt:GetVideoSourcesResponse><trt:VideoSources token="v1">'
                "<tt:Framerate>15</tt:Framerate><tt:Resolution><tt:Width>640"
                "</tt:Width><tt:Height>360</tt:Height></tt:Resolution>"
                "</trt:VideoSources></trt:GetVideoSourcesResponse>")

    def uri(self, element, name, uri):
        if self.is_media2(element):
            return (f"<tr2:{name}Response><tr2:Uri>{uri}</tr2:Uri>"
                    f"</tr2:{name}Response>")
        return (f"<trt:{name}Response><trt:MediaUri><tt:Uri>{uri}</tt:Uri>"
                "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
                "<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
                "<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri>"
                f"</trt:{name}Response>")

    def GetStreamUri(self, element):
        token = next((one.text for one in element
                      if one.tag.endswith("ProfileToken")), "main")
        if token in self.without_address:
            return None
        path = self.more[token][0] if token in self.more else self.path
        return self.uri(element, "GetStreamUri",
                        f"{self.scheme}://127.0.0.1:{self.rtsp_port}{path}")

    def GetSnapshotUri(self, element):
        return self.uri(element, "GetSnapshotUri", self.address("/snapshot"))

    def RemoveConfiguration(self, _):
        if self.keeps_sound:
            return None
        self.sound = False
        return "<tr2:RemoveConfigurationResponse/>"

    def RemoveAudioEncoderConfiguration(self, _):
        if self.keeps_sound:
            return None
        self.sound = False
        return "<trt:RemoveAudioEncoderConfigurationResponse/>"

    def GetMasks(self, _):
        rows = "".join(
            f'<tr2:Masks token="m{i}"><tr2:ConfigurationToken>{source}'
            "</tr2:ConfigurationToken><tr2:Polygon>" +
            "".join(f'<tt:Point x="{x}" y="{y}"/>' for x, y in points) +
            "</tr2:Polygon><tr2:Type>Color</tr2:Type><tr2:Enabled>true"
            "</tr2:Enabled></tr2:Masks>"
            for i, (source, points) in enumerate(self.masks))
        return f"<tr2:GetMasksResponse>{rows}</tr2:GetMasksResponse>"

    def CreateMask(self, element):
        name = "{%s}" % SPACES["tr2"]
        points = [(one.get("x"), one.get("y")) for one in
                  element.iter("{%s}Point" % SPACES["tt"])]
        self.masks.append(
            (element.find(f".//{name}ConfigurationToken").text, points))
        return "<tr2:CreateMaskResponse><tr2:Token>m</tr2:Token>" \
               "</tr2:CreateMaskResponse>"

    # ---- events -----------------------------------------------------------

    def tell(self, topic, is_on):
        """What happens before the camera: MOTION or TAMPER."""
        with self.has_news:
            self.states[topic] = is_on
            self.news.append((topic, is_on, "Changed"))
            self.has_news.notify_all()

    def CreatePullPointSubscription(self, _):
        with self.has_news:
            self.subscription += 1
            self.has_news.notify_all()
            self.news = [(topic, is_on, "Initialized")
                         for topic, is_on in self.states.items()]
        now = self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        return ("<tev:CreatePullPointSubscriptionResponse>"
                "<tev:SubscriptionReference><wsa:Address>"
                f"{self.address('/onvif/sub?id=1')}</wsa:Address>"
                f"</tev:SubscriptionReference><wsnt:CurrentTime>{now}"
                f"</wsnt:CurrentTime><wsnt:TerminationTime>{now}"
                "</wsnt:TerminationTime>"
                "</tev:CreatePullPointSubscriptionResponse>")

    def PullMessages(self, element):
        waits = re.findall(r"PT(\d+)S", "".join(element.itertext()))
        with self.has_news:
            mine = self.subscription
            self.has_news.wait_for(
                lambda: (self.news or self.is_stopping or
                         self.subscription != mine),
                min(int(waits[0]) if waits else 1, 20))
            if self.subscription != mine:
                return None
            news, self.news = self.news, []
        now = self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        rows = "".join(
            "<wsnt:NotificationMessage><wsnt:Topic Dialect=\"http://www.onvif."
            f"org/ver10/tev/topicExpression/ConcreteSet\">tns1:{topic}"
            f'</wsnt:Topic><wsnt:Message><tt:Message UtcTime="{now}" '
            f'PropertyOperation="{operation}"><tt:Source><tt:SimpleItem '
            'Name="VideoSourceConfigurationToken" Value="vs1"/></tt:Source>'
            f'<tt:Data><tt:SimpleItem Name="State" Value="{str(is_on).lower()}'
            '"/></tt:Data></tt:Message></wsnt:Message>'
            "</wsnt:NotificationMessage>" for topic, is_on, operation in news)
        return (f"<tev:PullMessagesResponse><tev:CurrentTime>{now}"
                f"</tev:CurrentTime><tev:TerminationTime>{now}"
                f"</tev:TerminationTime>{rows}</tev:PullMessagesResponse>")

    def Unsubscribe(self, _):
        return "<wsnt:UnsubscribeResponse/>"

    # ---- discovery --------------------------------------------------------

    def listen(self):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((GROUP, DISCOVERY_PORT))
        one.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                       struct.pack("4s4s", socket.inet_aton(GROUP),
                                   socket.inet_aton("127.0.0.1")))
        one.settimeout(0.1)
        return one

    def match(self, message_id, number=0):
        return (
            '<?xml version="1.0" encoding="UTF-8"?><s:Envelope '
            'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://'
            'schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas'
            '.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/'
            f'ver10/network/wsdl"><s:Header><a:MessageID>urn:uuid:{number:08d}'
            f"</a:MessageID><a:RelatesTo>{message_id}</a:RelatesTo><a:To>http:/"
            "/schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
            "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/"
            "ProbeMatches</a:Action></s:Header><s:Body><d:ProbeMatches>"
            "<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:0000-"
            f"{self.port}-{number}</a:Address></a:EndpointReference><d:Types>"
            "dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif."
            "org/name/%EC%8B%9C%ED%97%98 onvif://www.onvif.org/hardware/L1"
            f"</d:Scopes><d:XAddrs>{self.address('/onvif/device_service')}"
            "</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>"
            "</d:ProbeMatches></s:Body></s:Envelope>").encode()

    def discovered(self):
        with self.listener, socket.socket(socket.AF_INET,
                                          socket.SOCK_DGRAM) as sender:
            while not self.is_stopping:
                try:
                    data, peer = self.listener.recvfrom(65536)
                except TimeoutError:
                    continue
                found = re.search(r"MessageID[^>]*>([^<]+)<", data.decode())
                if not found:
                    continue
                if self.flood:
                    self.send_flood(sender, found.group(1), peer)
                else:
                    sender.sendto(self.match(found.group(1)), peer)

    def send_flood(self, sender, message_id, peer):
        """Many more than anybody keeps, and much that is no answer."""
        for number in range(6000):
            sender.sendto(self.match(message_id, number) if number % 2
                          else b"<x" * 4000, peer)
