/* SPDX-License-Identifier: Apache-2.0 */
/* Every sentence of the console, in both languages. Korean comes first. */

const TEXTS = {
    'app.name': {ko: '해치', en: 'Haechi'},
    'app.tagline': {ko: '방침을 지키는 영상 기록장치', en: 'The recorder that keeps its notice'},
    'app.skip': {ko: '본문으로 건너뛰기', en: 'Skip to the content'},
    'app.language': {ko: 'English', en: '한국어'},
    'app.language.label': {ko: 'Switch to English (영어로 바꾸기)', en: '한국어로 바꾸기'},
    'app.signout': {ko: '로그아웃', en: 'Sign out'},
    'app.notice': {ko: '운영·관리 방침', en: 'Notice'},
    'app.navigation': {ko: '화면', en: 'Screens'},
    'app.loading': {ko: '불러오는 중…', en: 'Loading…'},
    'app.retry': {ko: '다시 시도', en: 'Try again'},
    'app.nothing': {ko: '이 계정으로 볼 수 있는 화면이 없습니다. 관리책임자에게 문의하세요.', en: 'This account has no screen to show. Ask the chief manager.'},

    'nav.wall': {ko: '실시간', en: 'Live'},
    'nav.playback': {ko: '재생', en: 'Playback'},
    'nav.records': {ko: '기록', en: 'Records'},
    'nav.accounts': {ko: '계정', en: 'Accounts'},

    'login.title': {ko: '로그인', en: 'Sign in'},
    'login.name': {ko: '이름', en: 'Name'},
    'login.password': {ko: '암호', en: 'Password'},
    'login.submit': {ko: '로그인', en: 'Sign in'},
    'login.note': {ko: '로그인과 열람은 모두 기록으로 남습니다.', en: 'Every sign-in and every viewing is recorded.'},
    'first.title': {ko: '처음 로그인', en: 'First sign-in'},
    'first.note': {ko: '기록장치를 시작할 때 화면에 나온 일회용 코드를 입력하고, 앞으로 쓸 이름과 암호를 정하세요.', en: 'Enter the one-time code that the recorder printed when it started, and choose your name and password.'},
    'first.code': {ko: '일회용 코드', en: 'One-time code'},
    'first.password': {ko: '새 암호', en: 'New password'},
    'first.again': {ko: '새 암호 확인', en: 'New password again'},
    'first.rule': {ko: '10자 이상으로 정하세요.', en: 'At least 10 characters.'},
    'first.differ': {ko: '두 암호가 다릅니다. 같은 암호를 두 번 입력하세요.', en: 'The two passwords differ. Enter the same one twice.'},
    'first.short': {ko: '암호가 너무 짧습니다. 10자 이상으로 정하세요.', en: 'The password is too short. Use at least 10 characters.'},
    'first.submit': {ko: '계정 만들기', en: 'Create account'},

    'status.recording': {ko: '녹화 중 {n}/{all}', en: 'Recording {n}/{all}'},
    'status.all': {ko: '모든 카메라가 녹화되고 있습니다', en: 'Every camera is being recorded'},
    'status.some': {ko: '녹화되지 않는 카메라가 있습니다', en: 'Some cameras are not being recorded'},
    'status.unreachable': {ko: '기록장치에 연결할 수 없습니다', en: 'The recorder cannot be reached'},
    'erasure.label': {ko: '삭제 수준 {level}', en: 'Erasure level {level}'},
    'erasure.0': {ko: '삭제 수준 0 (파일): 열쇠 파일을 제자리에서 덮어써 이 장치에서 다시 볼 수 없게 합니다. SSD, 가상머신, 네트워크 저장소, 쓸 때마다 새 자리에 적는 파일시스템에서는 논리적 삭제입니다.', en: 'Erasure level 0 (file): the key file is overwritten in place, so that this system can no longer show the video. On an SSD, in a virtual machine, on network storage and on file systems that never write to the same place twice this is a logical deletion.'},
    'erasure.0.short': {ko: '삭제 수준 0 (파일)', en: 'Erasure level 0 (file)'},
    'erasure.2': {ko: '삭제 수준 2 (보안칩): 열쇠가 보안칩 안에서 지워져 이 장치에서 다시 볼 수 없습니다.', en: 'Erasure level 2 (security chip): the key is erased inside the chip, so that this system can no longer show the video.'},
    'erasure.2.short': {ko: '삭제 수준 2 (보안칩)', en: 'Erasure level 2 (chip)'},

    'reason.title': {ko: '열람 목적과 사유', en: 'Purpose and reason'},
    'reason.purpose': {ko: '열람 목적', en: 'Purpose'},
    'reason.choose': {ko: '목적을 고르세요', en: 'Choose a purpose'},
    'reason.text': {ko: '구체적인 사유', en: 'Reason'},
    'reason.example': {ko: '예: 1층 안내데스크 앞 분실물 확인', en: 'For example: lost item at the ground-floor desk'},
    'reason.need.purpose': {ko: '열람 목적을 고르세요.', en: 'Choose a purpose.'},
    'reason.need.text': {ko: '사유를 적으세요.', en: 'Give a reason.'},
    'reason.note': {ko: '누가, 언제, 어느 카메라를, 왜 보았는지가 먼저 기록된 다음에 영상이 나옵니다.', en: 'Who looks at which camera, when and why is recorded first; then the picture appears.'},

    'purpose.crime_prevention': {ko: '범죄의 예방 및 수사', en: 'Crime prevention and investigation'},
    'purpose.facility_safety': {ko: '시설의 안전·관리 및 화재 예방', en: 'Facility safety and fire prevention'},
    'purpose.traffic_control': {ko: '교통단속', en: 'Traffic control'},
    'purpose.traffic_information': {ko: '교통정보의 수집·분석 및 제공', en: 'Traffic information'},

    'wall.title': {ko: '실시간 영상', en: 'Live video'},
    'wall.intro': {ko: '카메라 {n}대의 실시간 영상을 봅니다.', en: 'Watch {n} cameras live.'},
    'wall.start': {ko: '기록을 남기고 보기', en: 'Log this and watch'},
    'wall.stop': {ko: '그만 보기', en: 'Stop watching'},
    'wall.entry': {ko: '이 열람은 기록 제 {n} 번으로 남았습니다', en: 'This viewing is entry no. {n} of the log'},
    'wall.none': {ko: '볼 수 있는 카메라가 없습니다.', en: 'There is no camera that you may watch.'},
    'wall.choose': {ko: '볼 카메라', en: 'Cameras to watch'},
    'wall.choose.none': {ko: '카메라를 하나 이상 고르세요.', en: 'Choose at least one camera.'},
    'wall.choose.all': {ko: '모두', en: 'All'},
    'wall.ended': {ko: '실시간 열람이 끝났습니다. 계속 보려면 다시 시작하세요.', en: 'The live viewing has ended. Start again to go on.'},
    'wall.reconnecting': {ko: '영상 연결이 끊겨 다시 연결하는 중입니다…', en: 'The stream broke off; reconnecting…'},
    'tile.waiting': {ko: '영상을 기다리는 중', en: 'Waiting for pictures'},
    'tile.delay': {ko: '{s}초 전', en: '{s} s ago'},
    'tile.delay.label': {ko: '카메라에서 화면까지 걸린 시간', en: 'Time from camera to screen'},
    'tile.enlarge': {ko: '크게 보기', en: 'Enlarge'},
    'tile.reduce': {ko: '작게 보기', en: 'Reduce'},
    'tile.playback': {ko: '지난 영상', en: 'Playback'},
    'tile.h265': {ko: 'H.265 영상입니다. 이 브라우저는 보여줄 수 없지만 녹화는 되고 있습니다.', en: 'This is H.265 video. This browser cannot show it, but it is being recorded.'},
    'tile.unsupported': {ko: '이 브라우저가 보여줄 수 없는 형식입니다. 녹화는 되고 있습니다.', en: 'This browser cannot show this format. It is being recorded.'},
    'tile.stalled': {ko: '새 영상이 오지 않습니다', en: 'No new pictures arrive'},
    'tile.since': {ko: '{time}부터', en: 'since {time}'},

    'state.recording': {ko: '녹화 중', en: 'Recording'},
    'cause.none': {ko: '정상', en: 'Normal'},
    'cause.starting': {ko: '시작하는 중', en: 'Starting'},
    'cause.unreachable': {ko: '카메라에 연결할 수 없음', en: 'Camera cannot be reached'},
    'cause.unauthorized': {ko: '카메라가 암호를 거부함', en: 'Camera refuses the password'},
    'cause.refused': {ko: '카메라가 요청을 거부함', en: 'Camera refuses the request'},
    'cause.unsupported': {ko: '녹화할 수 없는 영상 형식', en: 'Format that cannot be recorded'},
    'cause.protocol': {ko: '카메라의 통신 오류', en: 'Camera breaks the protocol'},
    'cause.ended': {ko: '카메라가 연결을 끊음', en: 'Camera closed the connection'},
    'cause.no_data': {ko: '영상이 오지 않음', en: 'No pictures arrive'},
    'cause.damaged': {ko: '전송 중 손실', en: 'Lost on the way'},
    'cause.overload': {ko: '처리 지연', en: 'Overload'},
    'cause.restart': {ko: '기록장치 재시작', en: 'Recorder restarted'},
    'cause.stopped': {ko: '운영자가 멈춤', en: 'Stopped by the operator'},
    'cause.clock': {ko: '시계가 바뀜', en: 'Clock stepped'},
    'cause.corrupt': {ko: '저장 자료 손상', en: 'Stored data damaged'},
    'cause.space': {ko: '저장 공간 부족', en: 'No space'},
    'cause.expired': {ko: '보관기간 만료', en: 'End of the retention period'},
    'cause.disk': {ko: '저장장치 고장', en: 'Disk failed'},
    'cause.ordered': {ko: '사람의 지시', en: 'Ordered by a person'},

    'playback.title': {ko: '지난 영상 재생', en: 'Playback'},
    'playback.camera': {ko: '카메라', en: 'Camera'},
    'playback.date': {ko: '날짜', en: 'Date'},
    'playback.time': {ko: '시작 시각', en: 'From'},
    'playback.length': {ko: '길이', en: 'Length'},
    'playback.minutes': {ko: '{n}분', en: '{n} min'},
    'playback.seconds': {ko: '{n}초', en: '{n} s'},
    'playback.hours': {ko: '{n}시간', en: '{n} h'},
    'playback.open': {ko: '기록을 남기고 재생', en: 'Log this and play'},
    'playback.close': {ko: '열람 끝내기', en: 'End viewing'},
    'playback.kept': {ko: '보관기간 {period}', en: 'Kept for {period}'},
    'playback.period.days': {ko: '{n}일', en: '{n} days'},
    'playback.period.months': {ko: '{n}개월', en: '{n} months'},
    'playback.period.seconds': {ko: '{n}초 (시연)', en: '{n} seconds (demonstration)'},
    'playback.span': {ko: '{from} – {to}', en: '{from} – {to}'},
    'playback.choose': {ko: '시간줄을 눌러 시작 시각을 고르고, 열람 목적과 사유를 적으세요.', en: 'Choose the start on the timeline, then give purpose and reason.'},
    'playback.play': {ko: '재생', en: 'Play'},
    'playback.pause': {ko: '멈춤', en: 'Pause'},
    'playback.back': {ko: '10초 뒤로', en: 'Back 10 s'},
    'playback.forward': {ko: '10초 앞으로', en: 'Forward 10 s'},
    'playback.speed': {ko: '속도', en: 'Speed'},
    'playback.download': {ko: 'MP4 내려받기', en: 'Download MP4'},
    'playback.end': {ko: '열람 구간의 끝입니다.', en: 'This is the end of the span that you entered.'},
    'playback.empty': {ko: '이 구간에는 볼 수 있는 영상이 없습니다.', en: 'There is no video to show in this span.'},
    'playback.skipped': {ko: '영상이 없는 구간을 건너뛰었습니다: {from} – {to} ({cause})', en: 'Skipped a span without video: {from} – {to} ({cause})'},
    'playback.unknown': {ko: '까닭은 시간줄을 보세요', en: 'see the timeline'},
    'playback.destroyed': {ko: '이 영상은 {when}에 파기되어 이 장치에서 다시 볼 수 없습니다. 파기 기록 제 {n} 번.', en: 'This video was destroyed on {when}; this system can no longer show it. Destruction entry no. {n}.'},
    'playback.destroyed.short': {ko: '파기된 구간입니다. 파기 기록 제 {n} 번.', en: 'This span has been destroyed. Destruction entry no. {n}.'},
    'playback.h265': {ko: '이 카메라는 H.265로 녹화됩니다. 영상은 보관되고 있지만 이 브라우저에서는 볼 수 없습니다. MP4로 내려받아 다른 재생기로 보세요.', en: 'This camera is recorded in H.265. The video is kept, but this browser cannot show it. Download it as MP4 and use another player.'},
    'playback.unsupported': {ko: '이 브라우저에서는 볼 수 없는 형식입니다. MP4로 내려받아 다른 재생기로 보세요.', en: 'This browser cannot show this format. Download it as MP4 and use another player.'},
    'playback.keys': {ko: '단축키: 스페이스 재생·멈춤, ← → 5초, Shift+← → 30초', en: 'Keys: Space plays and pauses, ← → 5 s, Shift+← → 30 s'},
    'playback.video': {ko: '{camera} 영상', en: 'Video of {camera}'},
    'timeline.label': {ko: '시간줄', en: 'Timeline'},
    'timeline.recorded': {ko: '녹화됨', en: 'Recorded'},
    'timeline.gap': {ko: '영상 없음', en: 'No video'},
    'timeline.destroyed': {ko: '파기됨', en: 'Destroyed'},
    'timeline.view': {ko: '열람 구간', en: 'Span to view'},
    'timeline.none': {ko: '아직 기록 없음', en: 'Nothing recorded yet'},
    'timeline.earlier': {ko: '이전', en: 'Earlier'},
    'timeline.later': {ko: '이후', en: 'Later'},
    'timeline.now': {ko: '현재', en: 'Now'},
    'timeline.range': {ko: '표시 범위', en: 'Range'},
    'timeline.at': {ko: '{time}, {state}', en: '{time}, {state}'},
    'timeline.gap.at': {ko: '영상 없음: {cause}', en: 'no video: {cause}'},
    'timeline.destroyed.at': {ko: '파기됨, 기록 제 {n} 번', en: 'destroyed, entry no. {n}'},

    'records.title': {ko: '기록', en: 'Records'},
    'records.intro': {ko: '한 줄씩 덧붙기만 하는 기록입니다. 줄마다 지문(해시)이 있어, 고치거나 지운 줄은 검사에서 드러납니다.', en: 'A log to which lines are only ever added. Each has a fingerprint (hash), so that a line altered or removed shows in a check.'},
    'records.filter': {ko: '종류', en: 'Kind'},
    'records.all': {ko: '모두', en: 'All'},
    'records.more': {ko: '더 보기', en: 'More'},
    'records.refresh': {ko: '새로 고침', en: 'Refresh'},
    'records.empty': {ko: '이런 기록은 아직 없습니다.', en: 'There is no such entry yet.'},
    'records.number': {ko: '번호', en: 'No.'},
    'records.time': {ko: '일시', en: 'Time'},
    'records.what': {ko: '내용', en: 'What happened'},
    'records.raw': {ko: '원문', en: 'As written'},
    'records.page': {ko: '파기 기록 인쇄하기', en: 'The record of this destruction, to print'},
    'records.leaf': {ko: '지문', en: 'Fingerprint'},

    'kind.log.start': {ko: '기록 시작', en: 'Log begins'},
    'kind.recorder.start': {ko: '기록장치 시작', en: 'Recorder started'},
    'kind.recorder.stop': {ko: '기록장치 정지', en: 'Recorder stopped'},
    'kind.role.restarted': {ko: '내부 재시작', en: 'Part restarted'},
    'kind.notice.version': {ko: '방침 적용', en: 'Notice in force'},
    'kind.retention.set': {ko: '보관기간', en: 'Retention period'},
    'kind.setting': {ko: '설정 변경', en: 'Setting changed'},
    'kind.clock.step': {ko: '시계 변경', en: 'Clock stepped'},
    'kind.disk.state': {ko: '디스크 상태', en: 'Disk state'},
    'kind.space.warning': {ko: '공간 부족 예고', en: 'Space running out'},
    'kind.camera.added': {ko: '카메라 등록', en: 'Camera added'},
    'kind.camera.state': {ko: '카메라 상태', en: 'Camera state'},
    'kind.camera.codec': {ko: '영상 형식', en: 'Video format'},
    'kind.gap': {ko: '영상 없음', en: 'No video'},
    'kind.gap.open': {ko: '영상 끊김', en: 'Video lost'},
    'kind.space.freed': {ko: '공간 비움', en: 'Space freed'},
    'kind.index.rebuilt': {ko: '색인 다시 만듦', en: 'Index rebuilt'},
    'kind.records.lost': {ko: '기간 전 소실', en: 'Lost early'},
    'kind.deletion.done': {ko: '파기', en: 'Destruction'},
    'kind.deletion.pending': {ko: '파기 지연', en: 'Destruction pending'},
    'kind.deletion.intent': {ko: '파기 지시', en: 'Destruction ordered'},
    'kind.deletion.answered': {ko: '파기 지시 이행', en: 'Order carried out'},
    'kind.deletion.seeds': {ko: '파기된 열쇠', en: 'Keys destroyed'},
    'kind.texts.deleted': {ko: '개인정보 글 파기', en: 'Texts destroyed'},
    'kind.login': {ko: '로그인', en: 'Sign-in'},
    'kind.login.failed': {ko: '로그인 실패', en: 'Sign-in failed'},
    'kind.login.first': {ko: '처음 로그인', en: 'First sign-in'},
    'kind.logout': {ko: '로그아웃', en: 'Sign-out'},
    'kind.account.added': {ko: '계정 추가', en: 'Account added'},
    'kind.account.closed': {ko: '계정 닫음', en: 'Account closed'},
    'kind.view.open': {ko: '영상 열람', en: 'Viewing'},
    'kind.live.open': {ko: '실시간 열람', en: 'Live viewing'},
    'kind.view.close': {ko: '열람 끝', en: 'Viewing ended'},

    'say.camera': {ko: '카메라 {camera}', en: 'Camera {camera}'},
    'say.cameras.all': {ko: '모든 카메라', en: 'All cameras'},
    'say.account': {ko: '계정 {account}', en: 'account {account}'},
    'say.log.start': {ko: '기록을 시작했습니다.', en: 'The log begins.'},
    'say.recorder.start': {ko: '기록장치가 시작되었습니다 (버전 {version}).', en: 'Recorder {version} started.'},
    'say.recorder.stop': {ko: '기록장치가 멈췄습니다.', en: 'The recorder stopped.'},
    'say.role.restarted': {ko: '내부 프로세스 {role}: 멈춰서 다시 시작되었습니다.', en: 'Process {role} ended and was started again.'},
    'say.notice.version': {ko: '방침 {version} 적용 (공고 {announced}, 시행 {effective}).', en: 'Notice {version} is in force (announced {announced}, effective {effective}).'},
    'say.retention.set': {ko: '보관기간 {group}: {before} → {period}.', en: 'Retention of {group}: {before} → {period}.'},
    'say.setting': {ko: '설정 변경: {name} = {value}.', en: 'Setting {name} was changed to {value}.'},
    'say.clock.step': {ko: '시계가 바뀌었습니다.', en: 'The clock stepped.'},
    'say.disk.state': {ko: '디스크 상태: {detail}.', en: 'State of a disk: {detail}.'},
    'say.space.warning': {ko: '저장 공간이 모자라 {to}부터 보관기간 전의 영상이 없어질 수 있습니다. {detail}', en: 'Space runs out: from {to} video may go before its period. {detail}'},
    'say.camera.added': {ko: '{camera}의 녹화를 시작하기로 했습니다.', en: '{camera} is to be recorded from now on.'},
    'say.camera.state.ok': {ko: '{camera}의 영상이 들어옵니다.', en: '{camera} delivers pictures.'},
    'say.camera.state': {ko: '{camera}: {cause}.', en: '{camera}: {cause}.'},
    'say.camera.codec': {ko: '{camera}의 영상 형식: {detail}.', en: '{camera} delivers {detail}.'},
    'say.gap': {ko: '{camera}: {from} – {to} 영상 없음. 까닭: {cause}.', en: '{camera}: no video {from} – {to}. Cause: {cause}.'},
    'say.gap.open': {ko: '{camera}: {from}부터 영상이 없습니다. 까닭: {cause}.', en: '{camera}: no video since {from}. Cause: {cause}.'},
    'say.space.freed': {ko: '{camera}: {from} – {to} 파기된 영상의 저장 공간도 비웠습니다.', en: '{camera}: the disk space of the destroyed video of {from} – {to} is free too.'},
    'say.index.rebuilt': {ko: '색인이 저장된 영상과 달라 영상에서 다시 만들었습니다: {detail}', en: 'The index differed from the stored video and was made again from it: {detail}'},
    'say.records.lost': {ko: '{camera}: {from} – {to} 영상이 보관기간 전에 없어졌습니다. 까닭: {cause}.', en: '{camera}: video of {from} – {to} went before its period. Cause: {cause}.'},
    'say.deletion.done': {ko: '{camera}의 {from} – {to} 영상이 {died}에 파기되었습니다. 까닭: {cause}. 이 장치에서 다시 볼 수 없습니다.', en: '{camera}: video of {from} – {to} was destroyed at {died}. Cause: {cause}. This system can no longer show it.'},
    'say.deletion.intent': {ko: '{account}: {camera}의 {from} – {to} 영상을 파기하도록 지시했습니다.', en: '{account} ordered the destruction of video of {camera}, {from} – {to}.'},
    'say.deletion.answered': {ko: '기록 제 {order} 번의 지시에 따라 {died}에 파기를 마쳤습니다.', en: 'The order of entry no. {order} was carried out at {died}.'},
    'say.deletion.seeds': {ko: '{camera}: 다음 파기 기록이 세는 열쇠입니다 (삭제 수준 {level}).', en: '{camera}: the keys that the next destruction entry counts (erasure level {level}).'},
    'say.deletion.pending': {ko: '기한이 된 영상을 지금 파기하지 못하고 있습니다. 그 영상은 보여주지 않으며, 할 수 있게 되면 곧 파기합니다.', en: 'Video that is due cannot be destroyed at present. It is not shown, and will be destroyed as soon as that is possible.'},
    'say.deletion.pending.ok': {ko: '미뤄졌던 파기를 마쳤습니다.', en: 'The destruction that was pending has been carried out.'},
    'say.texts.deleted': {ko: '{from} – {to}의 개인정보 글을 읽는 열쇠가 파기되었습니다.', en: 'The key to personal texts of {from} – {to} was destroyed.'},
    'say.login': {ko: '{account}: 로그인했습니다.', en: '{account} signed in.'},
    'say.login.failed': {ko: '로그인에 실패했습니다.', en: 'A sign-in failed.'},
    'say.login.first': {ko: '일회용 코드로 첫 계정이 만들어졌습니다.', en: 'The first account was made with the one-time code.'},
    'say.logout': {ko: '{account}: 로그아웃했습니다.', en: '{account} signed out.'},
    'say.account.added': {ko: '{account}: 추가되었습니다.', en: '{account} was added.'},
    'say.account.closed': {ko: '{account}: 닫혔습니다.', en: '{account} was closed.'},
    'say.view.open': {ko: '{account}: {camera}의 {from} – {to} 영상을 열람했습니다. 목적: {purpose}.', en: '{account} opened video of {camera}, {from} – {to}. Purpose: {purpose}.'},
    'say.live.open': {ko: '{account}: 카메라 {cameras}의 실시간 영상을 열람했습니다. 목적: {purpose}.', en: '{account} watched cameras {cameras} live. Purpose: {purpose}.'},
    'say.view.close': {ko: '기록 제 {view} 번의 열람이 끝났습니다.', en: 'The viewing of entry no. {view} ended.'},
    'say.other': {ko: '{kind}', en: '{kind}'},
    'say.why': {ko: '사유: {text}', en: 'Reason: {text}'},
    'say.name': {ko: '이름: {text}', en: 'Name: {text}'},
    'say.address': {ko: '접속 주소: {text}', en: 'Address: {text}'},

    'accounts.title': {ko: '계정', en: 'Accounts'},
    'accounts.intro': {ko: '계정은 한 사람에 하나입니다. 권한은 방침의 담당자 명단을 따릅니다.', en: 'One account per person. Rights follow the list of people in the notice.'},
    'accounts.name': {ko: '로그인 이름', en: 'Sign-in name'},
    'accounts.person': {ko: '방침의 담당자', en: 'Person of the notice'},
    'accounts.person.none': {ko: '방침에 없는 사람', en: 'Not in the notice'},
    'accounts.role': {ko: '역할', en: 'Role'},
    'accounts.state': {ko: '상태', en: 'State'},
    'accounts.open': {ko: '사용 중', en: 'In use'},
    'accounts.closed': {ko: '닫힘', en: 'Closed'},
    'accounts.close': {ko: '닫기', en: 'Close'},
    'accounts.close.sure': {ko: '{name} 계정을 닫습니다. 되돌릴 수 없습니다.', en: 'Close the account {name}? This cannot be undone.'},
    'accounts.add': {ko: '계정 추가', en: 'Add an account'},
    'accounts.password': {ko: '처음 암호', en: 'First password'},
    'accounts.submit': {ko: '추가', en: 'Add'},
    'accounts.added': {ko: '계정을 추가했습니다.', en: 'The account was added.'},
    'accounts.self': {ko: '본인', en: 'You'},
    'role.chief_manager': {ko: '관리책임자', en: 'Chief manager'},
    'role.access_holder': {ko: '접근권한자', en: 'Access holder'},
    'role.request_clerk': {ko: '열람 청구 담당', en: 'Request clerk'},
    'role.monitor': {ko: '관제 요원 (실시간만)', en: 'Monitor (live only)'},
    'role.auditor': {ko: '감사자 (기록만)', en: 'Auditor (log only)'},
    'role.technician': {ko: '수탁업체 기술자 (상태만)', en: 'Technician (status only)'},
    'role.administrator': {ko: '관리자', en: 'Administrator'},
};

const STORED = 'haechi.language';

let current = 'ko';
try {
    current = localStorage.getItem(STORED) === 'en' ? 'en' : 'ko';
} catch {
    /* no storage: Korean */
}

export function language() {
    return current;
}

export function switchLanguage() {
    current = current === 'ko' ? 'en' : 'ko';
    try {
        localStorage.setItem(STORED, current);
    } catch {
        /* only for this page, then */
    }
    document.documentElement.lang = current;
}

/* t('wall.entry', {n: 7}) */
export function t(key, values = {}) {
    const entry = TEXTS[key];
    if (entry === undefined) {
        return key;
    }
    return entry[current].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/* As t, or the fallback where the catalogue has no such key. */
export function tOr(key, fallback, values) {
    return key in TEXTS ? t(key, values) : fallback;
}

/* What comes with {ko, en} from the recorder. */
export function own(names) {
    return names?.[current] || names?.ko || names?.en || '';
}

/* For the test of the catalogue. */
export const catalogue = TEXTS;
